/** What two versions of a form have in common and what not. */
export type Content = Record<string, unknown>

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Return the fields that are not the same, in the order of `names`. */
export const differing = (names: readonly string[], a: Content, b: Content): string[] => names.filter((name) => !same(a[name], b[name]))

/** Return a form without what is not filled in. */
export const filledIn = (content: Content): Content =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)))

interface Version {
  version: number
  content: Content
  author: string | null
  written_at: string | null
}

export interface Sitting<V extends Version> {
  /** The newest version of the sitting. */
  last: V
  count: number
  changed: string[]
}

const ONE_SITTING_MS = 10 * 60_000

/** Bring together the versions that one person wrote in one go (newest first), with what each go has changed. */
export function sittings<V extends Version>(versions: readonly V[], names: readonly string[]): Sitting<V>[] {
  const found: V[][] = []
  for (const one of versions) {
    const before = found.at(-1)
    const next = before?.at(-1)
    const together = next?.author === one.author && Date.parse(next.written_at ?? '') - Date.parse(one.written_at ?? '') < ONE_SITTING_MS
    if (before && together) before.push(one)
    else found.push([one])
  }
  return found.map((all, place) => {
    const last = all[0] as V
    return { last, count: all.length, changed: differing(names, found[place + 1]?.[0]?.content ?? {}, last.content) }
  })
}
