/** Registering arrivals: assigned by the rules, taken back with one key, kept in the outbox while the network is away. */
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import { whenKnown } from '@/api/known'
import type { InTriage } from '@/api/shapes'
import { usePanel } from '@/app/panel'
import { useToasts } from '@/app/toasts'
import { useBoard } from '@/live/board'
import { useOutbox } from '@/live/outbox'
import { useCommand } from '@/parts/command'
import type { Register } from './arrival'

const VISITS = '/api/triage/visits'

/** `nameOf` tells the name of a customer, for what is said about them. */
export function useRegistering(nameOf: (customer: string) => string) {
  const { t } = useI18n()
  const board = useBoard()
  const outbox = useOutbox()
  const panel = usePanel()
  const toasts = useToasts()
  let body: Register | null = null
  const command = useCommand((key) => whenKnown(() => done(api.POST(VISITS, { body: body as Register, headers: { 'Idempotency-Key': key } }))))

  async function takeBack(visit: string, name: string): Promise<void> {
    try {
      await done(api.POST('/api/triage/visits/{visit}/void', { params: { path: { visit } }, body: { reason: t('reception.taken_back') } }))
      toasts.say({ tone: 'done', text: t('reception.is_void', { name }) })
    } catch {
      toasts.say({ tone: 'wrong', text: t('reception.not_void'), detail: t('reception.void_with_reason') })
    }
  }

  function tell(visit: InTriage['VisitView']): void {
    const name = nameOf(visit.customer)
    const to = visit.consultant ? (board.consultants.get(visit.consultant)?.name ?? visit.consultant) : ''
    toasts.say({
      tone: 'done', text: to ? t('reception.assigned', { name, to }) : t('reception.registered', { name }), undo: () => takeBack(visit.id, name),
    })
  }

  /** Register them in order; returns those who are, and stops at the first one whom the services refuse. */
  async function register(said: Register[]): Promise<string[]> {
    const taken: string[] = []
    let first: string | undefined
    for (const one of said) {
      body = one
      const visit = await command.go(one)
      if (visit === undefined) return taken
      first ??= visit.id
      taken.push(one.customer)
      tell(visit)
    }
    if (first) await panel.open('visit', first)
    return taken
  }

  /** Keep them here until the network is back; each goes once, in order. */
  async function later(said: Register[]): Promise<void> {
    await outbox.put(said.map((one) => ({ label: 'reception.outbox', names: { name: nameOf(one.customer) }, method: 'POST', path: VISITS, body: one })))
    await panel.close()
  }

  return { ...command, later, register }
}
