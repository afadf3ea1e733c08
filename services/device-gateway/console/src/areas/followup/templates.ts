/** Templates: asked for, and said in words. */
import { useI18n } from 'vue-i18n'

import { useProjects } from '@/api/catalogue'
import { api, done } from '@/api/client'
import type { InFollowup } from '@/api/shapes'
import { useBoth } from '@/parts/both'
import { type Group, useCodes } from '@/parts/code'

export type Template = InFollowup['TemplateView']

export const everyTemplate = async (): Promise<Template[]> => (await done(api.GET('/api/followups/templates'))).items

/** The events that templates can be about, with what can be asked of each. */
export const everyEvent = async () => (await done(api.GET('/api/followups/template-events'))).items

/** When after the event the contact is to be made. */
export function useTemplateTime() {
  const { t } = useI18n()
  return (one: Template): string => {
    const window = `${one.window_from}–${one.window_until}`
    if (one.hours !== null) return t('followup.within_hours', { hours: one.hours, window })
    return one.days === 0 ? t('followup.same_day', { window }) : t('followup.days_after', { days: one.days ?? 0, window })
  }
}

const LABELS = {
  name_zh: 'followup.name_zh', name_en: 'followup.name_en', event: 'followup.event', days: 'followup.by_days', hours: 'followup.by_hours', window_from: 'followup.window_from',
  window_until: 'followup.window_until', kind: 'followup.kind', executor_role: 'followup.executor_role', purpose: 'followup.purpose', content: 'followup.content', pre_approved: 'followup.pre_approved',
  active: 'followup.on', conditions: 'followup.conditions',
} as const
const GROUPS: Record<string, Group> = { event: 'template_event', kind: 'plan_kind', executor_role: 'executor', outcome: 'outcome', visit_class: 'class' }

/** A template's fields and their values as people read them. */
export function useTemplateWords() {
  const { t, locale } = useI18n()
  const { listed } = useBoth()
  const { code } = useCodes()
  const { data: projects } = useProjects()

  const project = (value: string) => {
    const one = projects.value?.find((other) => other.code === value)
    return one ? (locale.value === 'zh' ? one.name_zh : one.name_en) : value
  }
  const plain = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '—'
    if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no')
    if (field === 'project') return project(String(value))
    const group = GROUPS[field]
    return group ? code(group, String(value)) : String(value)
  }
  const labelOf = (field: string): string => t(LABELS[field as keyof typeof LABELS])
  function shown(field: string, value: unknown): string {
    if (field !== 'conditions') return plain(field, value)
    const lines = Object.entries(value as object).filter(([, one]) => one !== null && !(Array.isArray(one) && one.length === 0))
    return lines.map(([name, one]) => `${t(`followup.condition.${name}`)}: ${listed([one].flat().map((each) => plain(name, each)))}`).join('\n') || t('followup.any')
  }
  return { labelOf, shown }
}
