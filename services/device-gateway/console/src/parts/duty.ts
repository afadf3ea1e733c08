/** What a consultant is doing and whether they are here: said by themselves, or for them; shown at once wherever it stands. */
import { useQueryCache } from '@pinia/colada'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import { useSession } from '@/app/session'
import { useToasts } from '@/app/toasts'
import { useCodes } from './code'
import { useCommand } from './command'

export type Status = InTriage['StatusBody']['status']

interface One {
  staff: string
  name: string
  status?: string | null | undefined
}

/** `told` is what is said when it is done. */
export function useDuty(told: (one: One, what: string) => string) {
  const { code } = useCodes()
  const cache = useQueryCache()
  const session = useSession()
  const toasts = useToasts()
  let run: (key: string) => Promise<unknown> = () => Promise.resolve()
  const command = useCommand((key) => run(key))

  /** Send what changes the day. */
  async function send(what: unknown, how: typeof run): Promise<boolean> {
    run = how
    if ((await command.go(what)) === undefined) return false
    await Promise.all([['rotation'], ['attendance']].map((key) => cache.invalidateQueries({ key })))
    return true
  }

  const put = (staff: string, status: Status) => send([staff, status], async (key) => {
    const table = await done(api.POST('/api/triage/consultants/{staff}/status', {
      params: { path: { staff } }, headers: { 'Idempotency-Key': key }, body: { branch: session.branchCode, status },
    }))
    cache.setQueryData(['rotation', session.branchCode], table)
    return table
  })

  async function say(one: One, status: Status): Promise<void> {
    const before = one.status as Status | null | undefined
    if (status === before || !(await put(one.staff, status))) return
    toasts.say({ tone: 'done', text: told(one, code('status', status)), ...(before ? { undo: () => void put(one.staff, before) } : {}) })
  }

  async function attend(act: 'check-in' | 'check-out', one: One): Promise<void> {
    const gone = await send([act, one.staff], (key) => done(api.POST(`/api/triage/attendance/${act}`, {
      headers: { 'Idempotency-Key': key }, body: { branch: session.branchCode, staff: one.staff },
    })))
    if (gone) toasts.say({ tone: 'done', text: told(one, code('attendance_act', act)) })
  }

  return { ...command, attend, say, send }
}
