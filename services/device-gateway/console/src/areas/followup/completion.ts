/** What is corrected when submitting or completed when approving; what is left empty stays as it is. */
import type { InFollowup } from '@/api/shapes'
import { instantOf } from '@/parts/wall'

export interface Completion {
  /** As the branch's clock shows it, YYYY-MM-DDTHH:mm. */
  from: string | null
  until: string | null
  executor: string | null
  content: string
}

export const noCompletion = (): Completion => ({ from: null, until: null, executor: null, content: '' })

export function completed(said: Completion, timezone: string): InFollowup['CompletionBody'] {
  return {
    ...(said.from ? { due_from: instantOf(said.from, timezone) } : {}),
    ...(said.until ? { due_until: instantOf(said.until, timezone) } : {}),
    ...(said.executor ? { executor: said.executor } : {}),
    ...(said.content.trim() ? { content: said.content.trim() } : {}),
  }
}
