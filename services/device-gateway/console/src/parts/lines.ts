/** What matters of a customer at a glance, each from the service that has it, as far as the role may read it. */
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'

import { api, done } from '@/api/client'
import type { InCustomer } from '@/api/shapes'
import { useSession } from '@/app/session'

export type Step = InCustomer['StepView']

export function useTimeline(id: () => string) {
  return useQuery({ key: () => ['customer', id(), 'timeline'], query: async () => (await done(api.GET('/api/customers/{customer}/timeline', { params: { path: { customer: id() } } }))).items, enabled: () => id() !== '' })
}

/** What is owed on slips that are open, and what has been paid and not been used. */
export function useMoneyOf(id: () => string) {
  const session = useSession()
  const owed = useQuery({
    key: () => ['customer', id(), 'owed'], enabled: () => session.may('charge.read'),
    query: async () => (await done(api.GET('/api/billing/charges', { params: { query: { customer: id(), limit: 200 } } }))).items.filter((one) => one.due > 0),
  })
  const left = useQuery({
    key: () => ['customer', id(), 'left'], enabled: () => session.may('item.read'),
    query: async () => (await done(api.GET('/api/billing/items', { params: { query: { customer: id(), unused: true, limit: 200 } } }))).items,
  })
  return { owed: computed(() => owed.data.value), left: computed(() => left.data.value) }
}

const VISIT = 'triage.visit.registered'
const ASKED = 5

/** The visits that the history knows, the newest first. */
export const visitsIn = (steps: Step[] | undefined): { id: string; at: string; branch: string }[] =>
  (steps ?? []).filter((step) => step.what === VISIT).map((step) => ({ id: String(step.details.subject), at: step.at, branch: step.branch }))

/** Allergies as the forms of the last visits have them; undefined while it is not known, or where the role may not read forms. */
export function useAllergies(steps: () => Step[] | undefined) {
  const session = useSession()
  const { data } = useQuery({
    key: () => ['allergies', ...visitsIn(steps()).slice(0, ASKED).map((visit) => visit.id)],
    enabled: () => session.may('form.read') && steps() !== undefined,
    query: async () => {
      const visits = visitsIn(steps()).slice(0, ASKED)
      const forms = await Promise.all(visits.map((visit) => done(api.GET('/api/triage/visits/{visit}/forms', { params: { path: { visit: visit.id } } })).catch(() => ({ items: [] }))))
      return forms.flatMap((one) => one.items).map((form) => form.content as Record<string, unknown>).map((said) => said.allergies).filter((said): said is string => typeof said === 'string' && said !== '')
    },
  })
  return computed(() => data.value && [...new Set(data.value)])
}
