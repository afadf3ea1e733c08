/** An arrival as the desk fills it in, and as the services take it. */
import { reactive } from 'vue'

import type { InTriage } from '@/api/shapes'

export type Register = InTriage['RegisterBody']
export type VisitClass = NonNullable<Register['visit_class']>

/** What is seen or said, each a yes (T3, T5); the first ones are what is asked most. */
export const CIRCUMSTANCES = [
  'companion', 'on_behalf_of_other', 'with_guardian', 'for_treatment', 'after_care', 'wants_consult', 'pays_balance', 'refund_only', 'free_trial', 'haemangioma',
] as const

export interface Arrival {
  projects: string[]
  appointment: string | null
  visitClass: VisitClass | null
  reason: string
  requested: string | null
  party: string
  source: string
  remark: string
  circumstances: (typeof CIRCUMSTANCES)[number][]
  alsoHere: boolean
}

export const newArrival = (projects: string[] = [], appointment: string | null = null): Arrival =>
  reactive({
    projects, appointment, visitClass: null, reason: '', requested: null, party: '', source: '', remark: '', circumstances: [], alsoHere: false,
  })

export function bodyOf(arrival: Arrival, branch: string, customer: string): Register {
  const yes = Object.fromEntries(arrival.circumstances.map((name) => [name, true]))
  return {
    branch,
    customer,
    projects: arrival.projects,
    appointment: arrival.appointment,
    visit_class: arrival.visitClass,
    override_reason: arrival.reason.trim() || null,
    requested: arrival.requested,
    party: arrival.party.trim() || null,
    source: arrival.source.trim() || null,
    remark: arrival.remark.trim() || null,
    also_here: arrival.alsoHere,
    circumstances: yes,
  }
}
