/** The way back from an act, where there is one: a stage goes back. All else is put right by another act, with a reason. */
import { api, done } from '@/api/client'
import { type ActName, ACTS, nothingSaid, type Visit } from './acts'

export async function wayBack(name: ActName, before: Visit, after: Visit, reason: string): Promise<((key: string) => Promise<Visit>) | undefined> {
  if (name !== 'stage') return undefined
  const { back } = await done(api.GET('/api/triage/visits/{visit}/stages', { params: { path: { visit: after.id } } }))
  const stage = back.find((one) => one === before.stage)
  return stage && ((key) => ACTS.stage.send(after, { ...nothingSaid(after, name), stage, reason }, key))
}
