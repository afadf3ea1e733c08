/** Every text in both languages, compiled at build; the other language is loaded when it is asked for. */
import { createI18n } from 'vue-i18n'

import { keepLanguage, type Language, WORDS } from './language'
import type zh from './zh'

export type Words = typeof zh

declare module 'vue-i18n' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  export interface DefineLocaleMessage extends Words {}
}

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: {}, missingWarn: false, fallbackWarn: false })

export const spoken = (): Language => i18n.global.locale.value as Language

export async function speak(language: Language): Promise<void> {
  const { default: words } = await WORDS[language]()
  i18n.global.setLocaleMessage(language, words as never)
  i18n.global.locale.value = language
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  keepLanguage(language)
}
