/** Where a visit goes, as the services write it (`lin.yue`, `department:skin`, `supervisor`), in words. */
import { useI18n } from 'vue-i18n'

import { useCodes } from './code'

export function useReceiver(names: () => ReadonlyMap<string, string>) {
  const { t } = useI18n()
  const { code } = useCodes()
  return (to: string | null | undefined): string => {
    if (!to) return t('app.nobody')
    const [kind = '', id] = to.split(':')
    if (id !== undefined) return `${code('receiver', kind)} ${names().get(id) ?? id}`
    return names().get(to) ?? code('receiver', to)
  }
}
