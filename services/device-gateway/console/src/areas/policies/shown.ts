/** The value of a policy field as people read it, and the names that its texts may take. */
import { useI18n } from 'vue-i18n'

import { useProjects } from '@/api/catalogue'
import { useRoster } from '@/api/roster'
import type { InTriage } from '@/api/shapes'
import { useSession } from '@/app/session'
import { useBoth } from '@/parts/both'
import { type Group, useCodes } from '@/parts/code'
import type { Field } from './levels'

export type Form = InTriage['ValueFormView']
export type Plain = InTriage['PlainFormView']

export interface Choice {
  value: string
  label: string
}

export function useShown() {
  const { t, locale } = useI18n()
  const { listed } = useBoth()
  const { code, codesOf } = useCodes()
  const session = useSession()
  const { names, places } = useRoster(() => session.branchCode)
  const { data: projects } = useProjects()

  /** What a text may name, for choosing; empty where anything may be typed. */
  function choices(form: Plain): Choice[] {
    if (form.codes.length) return form.codes.map((value) => ({ value, label: code(form.group as Group, value) }))
    const people = places.value.map((one) => ({ value: one.staff, label: one.name }))
    switch (form.names) {
      case 'consultant': return people
      case 'receiver': return [...people, { value: 'supervisor', label: code('receiver', 'supervisor') }]
      case 'shift': return codesOf('shift').map((value) => ({ value, label: code('shift', value) }))
      case 'project': return (projects.value ?? []).map((one) => ({ value: one.code, label: locale.value === 'zh' ? one.name_zh : one.name_en }))
      default: return []
    }
  }

  function plain(form: Plain, value: unknown): string {
    if (Array.isArray(value)) return listed(value.map((one) => plain(form, one))) || t('policies.nothing')
    if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no')
    if (form.names === 'lane') return code('lane', String(value))
    if (form.names === 'consultant' && typeof value === 'string') return names.value.get(value) ?? value
    return choices(form).find((one) => one.value === value)?.label ?? String(value)
  }

  /** Lines of a value. */
  function shown(form: Form, value: unknown): string[] {
    if (value === null || value === undefined) return [t('policies.no_limit')]
    if (form.kind === 'number') return [t('app.time.minutes', { count: value as number })]
    if (form.kind === 'map') {
      const lines = Object.entries(value as object).map(([key, one]) => `${plain(form.key as Plain, key)}: ${plain(form.value as Plain, one)}`)
      return lines.length ? lines : [t('policies.nothing')]
    }
    if (form.kind === 'records') {
      const records = value as Record<string, unknown>[]
      const lines = records.map((one) => form.parts.filter((part) => part.name in one).map((part) => `${code('policy_part', part.name)} ${plain(part.form, one[part.name])}`).join(' · '))
      return lines.length ? lines : [t('policies.nothing')]
    }
    return [plain(form, value)]
  }

  /** Lines of what a level says of a field; what it does not say is left to the level below. */
  const lines = (field: Field | undefined, value: unknown): string[] => (field && value !== undefined ? shown(field.form, value) : [t('policies.not_set')])

  /** The head of an explanation: what stands before its first colon or stop. */
  const short = (text: string): string => text.split(/[：:；;。?]/)[0] ?? text

  return { choices, lines, short, shown }
}
