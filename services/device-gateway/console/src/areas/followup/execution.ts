/** What came of a call, as it is typed. */
import type { InFollowup } from '@/api/shapes'
import { dayAfter, instantOf, wallOf } from '@/parts/wall'
import type { Plan } from './plans'

export interface Execution {
  result: InFollowup['ExecuteBody']['result'] | undefined
  feedback: string
  mood: NonNullable<InFollowup['ExecuteBody']['mood']> | undefined
  step: 'plan' | 'ended' | undefined
  ended: string
  kind: string
  /** As the branch's clock shows it, YYYY-MM-DDTHH:mm. */
  from: string
  until: string
  content: string
}

const OPENS = '09:00'
const CLOSES = '20:00'

/** The hours of the day so many days from now, as the branch's clock shows them. */
export function inDays(days: number, timezone: string, now = Date.now()): { from: string; until: string } {
  const day = dayAfter(wallOf(now, timezone).slice(0, 10), days)
  return { from: `${day}T${OPENS}`, until: `${day}T${CLOSES}` }
}

export const newExecution = (plan: Plan, timezone: string): Execution =>
  ({ result: undefined, feedback: '', mood: undefined, step: undefined, ended: '', kind: plan.kind, ...inDays(7, timezone), content: '' })

/** Whether a next step must be given: the service calls again by itself who was not reached. */
export const needsStep = (said: Execution): boolean => said.result !== undefined && said.result !== 'not_reached'

function stepOf(said: Execution, timezone: string): InFollowup['NextStepBody'] | null {
  if (said.step === 'ended') return { ended: said.ended.trim() }
  if (said.step !== 'plan') return null
  return {
    plan: {
      kind: said.kind as InFollowup['NextPlanBody']['kind'], content: said.content.trim(),
      due_from: instantOf(said.from, timezone), due_until: instantOf(said.until, timezone),
    },
  }
}

export function bodyOf(said: Execution, plan: Plan, timezone: string): InFollowup['ExecuteBody'] {
  return {
    result: said.result as InFollowup['ExecuteBody']['result'],
    feedback: said.feedback.trim() || null,
    mood: said.mood ?? null,
    next_step: stepOf(said, timezone),
    attempts: plan.attempts,
  }
}
