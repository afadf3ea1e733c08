/** What a scan at the desk does: it goes to the gateway as any scanner's read, and opens whose arrival it is. */
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { api, done, newKey } from '@/api/client'
import { Problem } from '@/api/problem'
import { useBoard } from '@/live/board'
import { useOutbox } from '@/live/outbox'
import { usePanel } from '../panel'
import { useSession } from '../session'
import { useToasts } from '../toasts'
import { inFiles, onBoard } from './find'
import { bare, reader } from './reader'
import type { Burst } from './wedge'

const SCANS = '/api/gateway/scans'
const SHOWN_MS = 3_000

export function useScans() {
  const { t } = useI18n()
  const board = useBoard()
  const outbox = useOutbox()
  const panel = usePanel()
  const session = useSession()
  const toasts = useToasts()

  /** A visit that goes on is opened; otherwise it is an arrival. */
  function openCustomer(customer: string): void {
    const visit = board.visitOf(customer)
    void panel.open(visit ? 'visit' : 'arrival', visit?.id ?? customer)
  }

  /** The board tells of the read a moment after the answer: wait for it, it shows what is bound. */
  function openUnknown(scan: string, code: string): void {
    if (!session.may('card.issue')) {
      toasts.say({ tone: 'wrong', text: t('app.finder.unknown', { code }) })
      return
    }
    const show = () => { stop(); clearTimeout(late); void panel.open('bind', scan) }
    const late = window.setTimeout(show, SHOWN_MS)
    const stop = watch(() => board.unrecognised.has(scan), (there) => { if (there) queueMicrotask(show) }, { immediate: true })
  }

  /** Without the gateway, or the right to register a read: whoever is known here is opened. */
  async function openKnown(text: string): Promise<boolean> {
    const code = bare(text)
    const [card] = onBoard(board.cards.values(), code)
    const one = card ?? (await inFiles(session.branchCode, code, new Set()).catch(() => []))[0]
    if (one) await panel.open(one.panel, one.target)
    return one !== undefined
  }

  async function scan({ text, garbled }: Burst): Promise<void> {
    if (session.locked) return
    if (garbled) {
      toasts.say({ tone: 'wrong', text: t('app.finder.garbled', { text }), detail: t('app.finder.garbled_hint') })
      return
    }
    if (!session.may('scan.read')) {
      if (!(await openKnown(text))) toasts.say({ tone: 'wrong', text: t('app.finder.unknown', { code: bare(text) }) })
      return
    }
    const { desk, prefix, suffix } = reader.value
    const tilde = !prefix && text.startsWith('~') // what most readers put there
    const body = {
      branch: session.branchCode, desk, text, prefix: tilde ? '~' : prefix.toUpperCase(), suffix: suffix.toUpperCase(), read_at: new Date().toISOString(),
    }
    try {
      const read = await done(api.POST(SCANS, { body, headers: { 'Idempotency-Key': newKey() } }))
      if (read.customer) openCustomer(read.customer)
      else openUnknown(read.scan, read.code)
    } catch (error) {
      await refused(error, body)
    }
  }

  async function refused(error: unknown, body: { text: string }): Promise<void> {
    const problem = error instanceof Problem ? error : null
    if (problem?.passing) {
      await outbox.put([{ label: 'app.finder.waits', names: { code: bare(body.text) }, method: 'POST', path: SCANS, body }])
      toasts.say({ tone: 'done', text: t('app.finder.waits', { code: bare(body.text) }), detail: t('app.finder.waits_hint') })
      await openKnown(body.text)
      return
    }
    const garbled = problem?.kind === 'garbled-read'
    toasts.say({
      tone: 'wrong',
      text: garbled ? t('app.finder.garbled', { text: body.text }) : (problem?.message ?? t('app.problem.away')),
      ...(garbled ? { detail: t('app.finder.garbled_hint') } : {}),
    })
  }

  return { scan }
}
