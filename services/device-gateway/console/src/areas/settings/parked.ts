/** Messages that need a person, over all services. */
import { api, done, newKey } from '@/api/client'

export const PARKED = ['settings', 'parked']
const SERVICES = ['customers', 'appointments', 'triage', 'followups', 'billing', 'gateway'] as const
type Service = (typeof SERVICES)[number]

export interface Parked {
  service: Service
  message: string
  type: string
  reason: string
  told_at: string | null
  branch: string | null
}

async function parkedOf(service: Service): Promise<Parked[]> {
  const found = await done(api.GET(`/api/${service}/parked`))
  return found.items.map((one) => ({ ...one, service }))
}

/** What is parked, and which services do not answer. */
export async function everyParked(): Promise<{ messages: Parked[]; silent: Service[] }> {
  const found = await Promise.allSettled(SERVICES.map(parkedOf))
  return {
    messages: found.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    silent: SERVICES.filter((_, place) => found[place]?.status === 'rejected'),
  }
}

/** Send messages back to their services; returns how many went. */
export async function replay(messages: Parked[], key = newKey()): Promise<number> {
  let count = 0
  for (const service of SERVICES) {
    const ids = messages.filter((one) => one.service === service).map((one) => one.message)
    if (ids.length === 0) continue
    const header = { 'Idempotency-Key': `${key}-${service}` }
    count += (await done(api.POST(`/api/${service}/parked/replay`, { params: { header }, body: { messages: ids } }))).replayed
  }
  return count
}
