/** Texts that a service gives in both languages. */
import { useI18n } from 'vue-i18n'

export function useBoth() {
  const { locale } = useI18n()
  const both = (text: { zh: string; en: string } | null | undefined): string => (text ? (locale.value === 'zh' ? text.zh : text.en) : '')
  return { both }
}
