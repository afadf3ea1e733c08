/** Templates: asked for, and said in words. */
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import type { InFollowup } from '@/api/shapes'

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
