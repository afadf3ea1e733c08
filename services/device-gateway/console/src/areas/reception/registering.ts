/** Registering an arrival: assigned by the rules, taken back with one key, kept in the outbox while the network is away. */
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import { usePanel } from '@/app/panel'
import { useToasts } from '@/app/toasts'
import { useBoard } from '@/live/board'
import { useOutbox } from '@/live/outbox'
import { useCommand } from '@/parts/command'
import type { Register } from './arrival'

const VISITS = '/api/triage/visits'

export function useRegistering(name: () => string) {
  const { t } = useI18n()
  const board = useBoard()
  const outbox = useOutbox()
  const panel = usePanel()
  const toasts = useToasts()
  let body: Register | null = null
  const command = useCommand((key) => done(api.POST(VISITS, { body: body as Register, headers: { 'Idempotency-Key': key } })))

  async function takeBack(visit: string): Promise<void> {
    try {
      await done(api.POST('/api/triage/visits/{visit}/void', { params: { path: { visit } }, body: { reason: t('reception.taken_back') } }))
      toasts.say({ tone: 'done', text: t('reception.is_void', { name: name() }) })
    } catch {
      toasts.say({ tone: 'wrong', text: t('reception.not_void'), detail: t('reception.void_with_reason') })
    }
  }

  async function register(said: Register): Promise<void> {
    body = said
    const visit = await command.go(said)
    if (visit === undefined) return
    const to = visit.consultant ? (board.consultants.get(visit.consultant)?.name ?? visit.consultant) : ''
    toasts.say({
      tone: 'done', text: to ? t('reception.assigned', { name: name(), to }) : t('reception.registered', { name: name() }), undo: () => takeBack(visit.id),
    })
    await panel.open('visit', visit.id)
  }

  /** Keep it here until the network is back; it goes once, in order. */
  async function later(said: Register): Promise<void> {
    await outbox.put([{ label: 'reception.outbox', names: { name: name() }, method: 'POST', path: VISITS, body: said }])
    await panel.close()
  }

  return { ...command, later, register }
}
