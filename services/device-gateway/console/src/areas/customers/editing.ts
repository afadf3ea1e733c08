/** An edit of a file: what was typed, what it was when it was loaded, and what became of it meanwhile. */
import type { Edit, File } from './file'

export const FIELDS = ['name', 'kind', 'gender', 'birthday', 'source', 'occupation', 'address', 'remark'] as const
export type Field = (typeof FIELDS)[number]
export type Values = Record<Field, string | null>

export const valuesOf = (file: File): Values => Object.fromEntries(FIELDS.map((field) => [field, file[field]])) as Values

const clean = (value: string | null | undefined): string | null => (value?.trim() ? value.trim() : null)

/** What an edit changes against what was loaded. */
export const changedFields = (mine: Values, loaded: Values): Field[] => FIELDS.filter((field) => clean(mine[field]) !== clean(loaded[field]))

export const bodyOf = (mine: Values, loaded: Values): Edit => Object.fromEntries(changedFields(mine, loaded).map((field) => [field, clean(mine[field])]))

export interface Clash {
  field: Field
  mine: string | null
  theirs: string | null
}

/**
 * Put an edit onto the file as somebody else has left it: what only they changed is theirs, what only I changed is mine,
 * and what both changed differently must be chosen.
 */
export function rebased(mine: Values, loaded: Values, theirs: Values): { values: Values; clashes: Clash[] } {
  const values = { ...theirs }
  const clashes: Clash[] = []
  for (const field of changedFields(mine, loaded)) {
    values[field] = mine[field]
    const [my, their] = [clean(mine[field]), clean(theirs[field])]
    if (their !== clean(loaded[field]) && their !== my) clashes.push({ field, mine: my, theirs: their })
  }
  return { values, clashes }
}
