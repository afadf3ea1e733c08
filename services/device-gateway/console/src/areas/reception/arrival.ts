/** An arrival as the desk fills it in, and as the services take it. */
import { newKey } from '@/api/client'
import type { InTriage } from '@/api/shapes'

export type Register = InTriage['RegisterBody']
export type VisitClass = NonNullable<Register['visit_class']>
type Circumstance = keyof NonNullable<Register['circumstances']>

/** What is seen or said, each a yes (T3, T5); the first ones are what is asked most. */
export const CIRCUMSTANCES = [
  'companion', 'on_behalf_of_other', 'with_guardian', 'for_treatment', 'after_care', 'wants_consult', 'pays_balance', 'refund_only', 'free_trial', 'haemangioma',
] as const satisfies Circumstance[]

/** Somebody of the same party; who has a slip of their own is there for that. */
export interface Companion {
  customer: string
  name: string
  appointment: string | null
  projects: string[]
}

export interface Arrival {
  projects: string[]
  appointment: string | null
  visitClass: VisitClass | null
  reason: string
  requested: string | null
  companions: Companion[]
  source: string
  remark: string
  circumstances: (typeof CIRCUMSTANCES)[number][]
  alsoHere: boolean
}

export const newArrival = (projects: string[] = [], appointment: string | null = null): Arrival => ({
  projects, appointment, visitClass: null, reason: '', requested: null, companions: [], source: '', remark: '', circumstances: [], alsoHere: false,
})

export function bodyOf(arrival: Arrival, branch: string, customer: string, party: string | null = null): Register {
  const yes = Object.fromEntries(arrival.circumstances.map((name) => [name, true]))
  return {
    branch,
    customer,
    projects: arrival.projects,
    appointment: arrival.appointment,
    visit_class: arrival.visitClass,
    override_reason: arrival.reason.trim() || null,
    requested: arrival.requested,
    party,
    source: arrival.source.trim() || null,
    remark: arrival.remark.trim() || null,
    also_here: arrival.alsoHere,
    circumstances: yes,
  }
}

/** The arrivals of a party, the main visitor first: one name for all, and each goes their own way (T5, T44). */
export function bodiesOf(arrival: Arrival, branch: string, customer: string): Register[] {
  if (arrival.companions.length === 0) return [bodyOf(arrival, branch, customer)]
  const party = newKey().slice(0, 12)
  return [
    bodyOf(arrival, branch, customer, party),
    ...arrival.companions.map((one) => ({
      ...bodyOf({ ...newArrival(one.appointment ? one.projects : arrival.projects, one.appointment), source: arrival.source }, branch, one.customer, party),
      circumstances: one.appointment ? {} : { companion: true },
    })),
  ]
}
