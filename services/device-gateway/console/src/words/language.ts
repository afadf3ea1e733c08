/** The language of this browser, and where its words are. */
export type Language = 'zh' | 'en'

const KEPT = 'qiantai.language'

export const WORDS = { zh: () => import('./zh'), en: () => import('./en') }

export const keptLanguage = (): Language => (localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh')

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language)
}
