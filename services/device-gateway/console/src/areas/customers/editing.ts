/** An edit of a file: what was typed, against what it was when it was loaded. */
import { same } from '@/parts/conflict'
import type { Edit, File } from './file'

export const FIELDS = ['name', 'kind', 'gender', 'birthday', 'source', 'occupation', 'address', 'remark'] as const
export type Field = (typeof FIELDS)[number]
const ALL = [...FIELDS, 'referrer', 'phones'] as const

export interface Phone {
  number: string
  note: string | null
  primary: boolean
}

export type Values = Record<Field, string | null> & { referrer: string | null; phones: Phone[] }

/** What an edit goes onto. */
export const savedOf = (file: File) => ({ values: Object.fromEntries(ALL.map((field) => [field, file[field]])) as unknown as Values, version: `"${file.version}"` })

const clean = (value: string | null): string | null => (value?.trim() ? value.trim() : null)
const valueOf = (values: Values, field: (typeof ALL)[number]): unknown =>
  (field === 'phones' ? values.phones.filter((one) => one.number.trim()).map((one) => ({ number: one.number.trim(), note: clean(one.note), primary: one.primary })) : clean(values[field]))

/** What an edit changes against what was loaded. */
export const changedFields = (mine: Values, loaded: Values) => ALL.filter((field) => !same(valueOf(mine, field), valueOf(loaded, field)))

export const bodyOf = (mine: Values, loaded: Values): Edit => Object.fromEntries(changedFields(mine, loaded).map((field) => [field, valueOf(mine, field)]))
