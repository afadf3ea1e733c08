/** An edit of a file: what was typed, against what it was when it was loaded. */
import type { Edit, File } from './file'

export const FIELDS = ['name', 'kind', 'gender', 'birthday', 'source', 'occupation', 'address', 'remark'] as const
export type Field = (typeof FIELDS)[number]
export type Values = Record<Field, string | null>

/** What an edit goes onto. */
export const savedOf = (file: File) => ({ values: Object.fromEntries(FIELDS.map((field) => [field, file[field]])) as Values, version: `"${file.version}"` })

const clean = (value: string | null | undefined): string | null => (value?.trim() ? value.trim() : null)

/** What an edit changes against what was loaded. */
export const changedFields = (mine: Values, loaded: Values): Field[] => FIELDS.filter((field) => clean(mine[field]) !== clean(loaded[field]))

export const bodyOf = (mine: Values, loaded: Values): Edit => Object.fromEntries(changedFields(mine, loaded).map((field) => [field, clean(mine[field])]))
