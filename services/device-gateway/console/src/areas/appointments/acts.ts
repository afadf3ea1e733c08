/** What can become of a slip: what must be said for it, and how it is sent. Which ones are offered, the API says (`may`). */
import { api, done } from '@/api/client'
import type { Slip } from './slips'

interface Act {
  keys: string
  /** What is asked: how they confirmed, why it is cancelled. */
  asks: 'how' | 'reason'
  send: (slip: Slip, said: string, key: string) => Promise<Slip>
}

const at = (slip: Slip, key: string) => ({ params: { path: { appointment: slip.id } }, headers: { 'Idempotency-Key': key } })

export const ACT_NAMES = ['confirm', 'cancel'] as const
export type ActName = (typeof ACT_NAMES)[number]

export const ACTS: Record<ActName, Act> = {
  confirm: { keys: 'o', asks: 'how', send: (slip, how, key) => done(api.POST('/api/appointments/{appointment}/confirm', { ...at(slip, key), body: { how } })) },
  cancel: { keys: 'x', asks: 'reason', send: (slip, reason, key) => done(api.POST('/api/appointments/{appointment}/cancel', { ...at(slip, key), body: { reason } })) },
}
