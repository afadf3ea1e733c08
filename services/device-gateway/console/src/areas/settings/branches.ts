/** What branches are called. */
import { useI18n } from 'vue-i18n'

import { useSession } from '@/app/session'

export function useBranchNames() {
  const { locale, t } = useI18n()
  const session = useSession()

  function branchName(code: string): string {
    if (code === '*') return t('settings.everywhere')
    const found = session.branches.find((one) => one.code === code)
    return found ? (locale.value === 'zh' ? found.name_zh : found.name_en) : code
  }

  return { branchName }
}
