/** What is written in a field, as people read it. */
import { useI18n } from 'vue-i18n'

import { useProjects } from '@/api/catalogue'
import { useSession } from '@/app/session'
import { useBoth } from '@/parts/both'
import { useMoney } from '@/parts/money'
import { useStaff } from '@/parts/staff'
import { useWhen } from '@/parts/when'
import type { Field } from './forms'

export function useShown() {
  const { t, locale } = useI18n()
  const { both, listed } = useBoth()
  const { moment } = useWhen()
  const money = useMoney()
  const session = useSession()
  const { nameOf } = useStaff()
  const { data: projects } = useProjects()

  const option = (field: Field, value: unknown) => both(field.options.find((one) => one.value === value)) || String(value)
  const project = (code: unknown) => {
    const one = projects.value?.find((other) => other.code === code)
    return one ? (locale.value === 'zh' ? one.name_zh : one.name_en) : String(code)
  }

  return (field: Field, value: unknown): string => {
    if (value === undefined || value === null || value === '') return t('triage.form.nothing')
    const all = Array.isArray(value) ? value : [value]
    switch (field.kind) {
      case 'flag': return value ? t('triage.form.yes') : t('triage.form.no')
      case 'choice': case 'choices': return listed(all.map((one) => option(field, one)))
      case 'codes': return listed(all.map(project))
      case 'code': return nameOf(String(value))
      case 'money': return money(Number(value), session.branch?.currency)
      case 'instant': return moment(String(value))
      default: return String(value)
    }
  }
}
