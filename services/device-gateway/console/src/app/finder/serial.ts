/** What a scanner that does not type reads at this desk: the screen opens whose it is, and tells it to who is busy with something else. */
import { onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'

import { type Card, type Read, useBoard } from '@/live/board'
import { useCodes } from '@/parts/code'
import { usePanel } from '../panel'
import { startOf } from '../routes'
import { useSession } from '../session'
import { useToasts } from '../toasts'
import { reader, readerIsSet } from './reader'

/** What is older came while nobody could hear it. */
const NEWS_MS = 60_000
/** Until then a read has mostly become a visit, with who gets it. */
const ASSIGNED_MS = 1_500

export function useSerialReads(): void {
  const { t } = useI18n()
  const { code } = useCodes()
  const board = useBoard()
  const panel = usePanel()
  const session = useSession()
  const toasts = useToasts()
  let news = ''
  let told = ''
  let soon = 0

  /** Here somebody receives: the browser is told at which desk it stands, or its person begins at the board. */
  const atDesk = () => session.may('scan.read') && !session.locked && (readerIsSet() || startOf(session.may) === '/board')
  const mine = (typed: boolean | undefined, desk: string, at: string) =>
    !typed && desk === reader.value.desk && Date.now() - Date.parse(at) < NEWS_MS && atDesk()

  /** Whether somebody types, or something is open that a scan has no business with. */
  function busy(): boolean {
    const field = document.activeElement as HTMLInputElement | null
    const types = field?.matches('input, textarea, select, [contenteditable]') && (Boolean(field.value) || field.closest('aside, [role=dialog]') !== null)
    return Boolean(types) || !['visit', undefined].includes(panel.opened.value?.name)
  }

  function show(name: string, id: string, text: string, detail = ''): void {
    const open = () => void panel.open(name, id)
    if (busy()) toasts.say({ tone: 'done', text, detail, open })
    else open()
  }

  function showWhose(customer: string, name: string): void {
    const visit = board.visitOf(customer)
    const where = visit?.to ? `→ ${visit.to.name}` : code('board_state', visit?.state ?? 'scanned')
    show(visit ? 'visit' : 'arrival', visit?.id ?? customer, t('app.finder.scanned', { name }), where)
  }

  function heardCard({ customer, kind, missing, name, read, state }: Card, before: Card | undefined): void {
    if (!read || read.scan === told) return
    if (read.scan !== before?.read?.scan && mine(read.typed, read.desk, read.at)) news = read.scan
    if (read.scan !== news) return
    clearTimeout(soon)
    const show = () => { told = read.scan; showWhose(customer, name ?? '') }
    if (kind === 'visit' && (state !== 'registered' || missing.length > 0)) show()
    else soon = window.setTimeout(show, ASSIGNED_MS)
  }

  function heardUnknown({ code: number, desk, device_time, id, typed }: Read): void {
    if (session.may('card.issue') && mine(typed, desk, device_time)) show('bind', id, t('app.finder.unknown', { code: number }))
  }

  onScopeDispose(board.hear(({ kind, value }, before) => {
    if (kind === 'card') heardCard(value as Card, before as Card | undefined)
    else if (kind === 'unrecognised') heardUnknown(value as Read)
  }))
}
