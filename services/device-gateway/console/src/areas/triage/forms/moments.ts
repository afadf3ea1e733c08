/** Moments of a form: ISO 8601 with an offset for the service, the clock on the branch's wall for people. */
import { instantOf, type Wall } from '@/parts/wall'

/** Return the moment at which the branch's wall shows this; null for half a time. */
export function fromTheWall(wall: Wall, timezone: string): string | null {
  return Number.isNaN(Date.parse(`${wall}:00Z`)) ? null : instantOf(wall, timezone).replace('.000Z', '+00:00')
}
