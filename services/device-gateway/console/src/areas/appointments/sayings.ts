/** Places and what is at them, in words. */
import { useI18n } from 'vue-i18n'

import type { Problem } from '@/api/problem'
import { useCodes } from '@/parts/code'
import { useStaff } from '@/parts/staff'
import { timeOf, wallOf } from '@/parts/wall'
import { useWhen } from '@/parts/when'
import type { Place, Verdict } from './places'
import { useProviders } from './slips'

export function useSayings() {
  const { t } = useI18n()
  const { day, moment } = useWhen()
  const { code } = useCodes()
  const { nameOf } = useStaff()
  const providers = useProviders()

  const providerName = (id: string | null): string => (id === null ? t('appointments.no_provider') : (providers.value.find((one) => one.id === id)?.name ?? nameOf(id)))

  const placeWords = (place: Place): string =>
    t('appointments.place', { day: day(`${place.starts.slice(0, 10)}T12:00Z`), from: timeOf(place.starts), to: timeOf(place.ends), who: providerName(place.provider) })

  function verdictOf(verdict: Verdict, zone: string): string {
    if (verdict.past) return t('appointments.past')
    if (verdict.by === null) return t('appointments.free')
    const { customer_name: name, number, starts_at: from, ends_at: to } = verdict.by
    return t('appointments.taken', { name: name ?? number, from: timeOf(wallOf(from, zone)), to: timeOf(wallOf(to, zone)) })
  }

  /** What was there already, or who was quicker: by whom and what, from the facts of a refusal. */
  function whyOf(problem: Problem | null, zone: string): string {
    const facts = (problem?.facts ?? {}) as Record<string, string | null | undefined>
    if (facts.starts_at && facts.ends_at) {
      const times = { from: timeOf(wallOf(facts.starts_at, zone)), to: timeOf(wallOf(facts.ends_at, zone)), who: providerName(facts.provider ?? null) }
      if (!facts.number) return t('appointments.why.elsewhere', times)
      const by = nameOf(facts.booked_by)
      return problem?.kind === 'customer-busy'
        ? t('appointments.why.own', { ...times, number: facts.number, by })
        : t('appointments.why.taken', { ...times, number: facts.number, name: facts.customer_name ?? '', by })
    }
    if (facts.what && facts.at) {
      return [t('appointments.why.changed', { by: nameOf(facts.by), what: code('slip_step', facts.what), at: moment(facts.at) }), facts.reason].filter(Boolean).join(' · ')
    }
    return ''
  }

  return { placeWords, providerName, providers, verdictOf, whyOf }
}
