/** Moments of a form: ISO 8601 with an offset for the service, the clock on the branch's wall for people. */
const PARTS: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

/** Return `2026-11-23T10:30`, as an input takes it. */
export function onTheWall(moment: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { ...PARTS, timeZone: timezone }).formatToParts(new Date(moment))
  const of = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

/** Return the moment at which the branch's wall shows this; null for half a time. */
export function fromTheWall(wall: string, timezone: string): string | null {
  const guess = Date.parse(`${wall}:00Z`)
  if (Number.isNaN(guess)) return null
  const shift = Date.parse(`${onTheWall(new Date(guess).toISOString(), timezone)}:00Z`) - guess
  return new Date(guess - shift).toISOString().replace('.000Z', '+00:00')
}
