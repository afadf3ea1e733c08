/** What the codes in the services' answers are called: stages, states, kinds, reasons. */
import { useI18n } from 'vue-i18n'

import type { Words } from '@/words'

type Codes = Words['code']
export type Group = keyof Codes

export function useCodes() {
  const { t, te, tm } = useI18n()

  /** The words of a code; one that a newer service has is shown as it is. */
  function code(group: Group, value: string | null | undefined): string {
    const key = `code.${group}.${value ?? ''}`
    return value && te(key) ? t(key) : (value ?? '')
  }

  /** All codes of a group, in the order in which people see them. */
  const codesOf = <G extends Group>(group: G) => Object.keys(tm(`code.${group}`)) as (keyof Codes[G] & string)[]

  return { code, codesOf }
}
