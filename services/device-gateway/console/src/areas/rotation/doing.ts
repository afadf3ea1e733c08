/** What is done with a consultant of the day: status, check-in, check-out; the answer is shown at once. */
import { useQueryCache } from '@pinia/colada'
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import { useSession } from '@/app/session'
import { useToasts } from '@/app/toasts'
import { useCodes } from '@/parts/code'
import { useCommand } from '@/parts/command'
import type { OnDuty, Rotation } from './day'

type Status = InTriage['StatusBody']['status']

export function useDoing() {
  const { t } = useI18n()
  const { code } = useCodes()
  const cache = useQueryCache()
  const session = useSession()
  const toasts = useToasts()
  const branch = () => session.branchCode
  const command = useCommand((key) => run(key))
  let run: (key: string) => Promise<unknown> = () => Promise.resolve()

  async function send(what: unknown, command_: typeof run): Promise<boolean> {
    run = command_
    if ((await command.go(what)) === undefined) return false
    await cache.invalidateQueries({ key: ['rotation'] })
    return true
  }

  const put = (staff: string, status: Status) => send([staff, status], async (key) => {
    const table = await done(api.POST('/api/triage/consultants/{staff}/status', {
      params: { path: { staff } }, headers: { 'Idempotency-Key': key }, body: { branch: branch(), status },
    }))
    cache.setQueryData(['rotation', branch()], table)
    return table
  })

  async function say(one: OnDuty, status: Status): Promise<void> {
    const before = one.status as Status
    if (!(await put(one.consultant, status))) return
    toasts.say({ tone: 'done', text: t('rotation.now_is', { name: one.name, status: code('status', status) }), undo: () => void put(one.consultant, before) })
  }

  async function attend(act: 'check-in' | 'check-out', staff: string, name: string): Promise<void> {
    const path = act === 'check-in' ? '/api/triage/attendance/check-in' : '/api/triage/attendance/check-out'
    const gone = await send([act, staff], (key) => done(api.POST(path, { headers: { 'Idempotency-Key': key }, body: { branch: branch(), staff } })))
    if (gone) toasts.say({ tone: 'done', text: t('rotation.now_is', { name, status: code('attendance_act', act) }) })
  }

  async function reorder(order: string[], reason: string): Promise<boolean> {
    return send([order, reason], async (key) => {
      const table: Rotation = await done(api.PUT('/api/triage/rotation/{branch}/order', {
        params: { path: { branch: branch() } }, headers: { 'Idempotency-Key': key }, body: { order, reason },
      }))
      cache.setQueryData(['rotation', branch()], table)
      return table
    })
  }

  return { ...command, attend, reorder, say }
}
