/** What is said of a topic, loaded in the spoken language when somebody asks. */
import { shallowReactive, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { type Operation, WHO } from '@/api/made/who'
import { useCodes } from '@/parts/code'
import { i18n } from '@/words'
import type { Language } from '@/words/language'
import type { Topic } from './topics'

const there = shallowReactive(new Set<Language>()) // whether there are words is not told by vue-i18n when they come
const LOADERS = { zh: () => import('@/words/zh/help.json'), en: () => import('@/words/en/help.json') }

async function load(language: Language): Promise<void> {
  const { default: help } = await LOADERS[language]()
  i18n.global.mergeLocaleMessage(language, { help })
  there.add(language)
}

/** The roles that may call all of these; undefined where that needs no right of its own. */
export function rolesFor(calls: readonly Operation[]): string[] | undefined {
  const [first, ...others] = calls.map((one): readonly string[] => WHO[one]).filter((roles) => roles.length > 0)
  return first?.filter((role) => others.every((roles) => roles.includes(role)))
}

export function useTexts() {
  const { t, te, locale } = useI18n()
  const { code } = useCodes()

  watch(locale, (language) => load(language as Language).catch(() => {}), { immediate: true }) // without an answer nothing is said

  const said = (key: string) => (there.has(locale.value as Language) && te(key) ? t(key) : '')
  const does = (topic: Topic) => said(`${topic}.does`)
  const rule = (topic: Topic) => said(`${topic}.rule`)
  const who = (calls: readonly Operation[] = []) => {
    const roles = rolesFor(calls)
    return roles ? new Intl.ListFormat(locale.value).format(roles.map((role) => code('role', role))) : t('app.help.everybody')
  }

  return { does, rule, who }
}
