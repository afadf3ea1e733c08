/** Texts that a service gives in both languages, and several of them in a row. */
import { useI18n } from 'vue-i18n'

export function useBoth() {
  const { locale } = useI18n()
  const both = (text: { zh: string; en: string } | null | undefined): string => (text ? (locale.value === 'zh' ? text.zh : text.en) : '')
  const listed = (words: string[]): string => words.join(locale.value === 'zh' ? '、' : ', ')
  return { both, listed }
}
