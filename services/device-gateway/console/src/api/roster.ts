/** Who works in a branch by its standing roster: names for codes, and what they receive. */
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'

import { api, done } from './client'
import type { InTriage } from './shapes'

export type Place = InTriage['PlaceView']

const FRESH_MS = 60_000

export function useRoster(branch: () => string) {
  const roster = useQuery({
    key: () => ['roster', branch()],
    query: async () => (await done(api.GET('/api/triage/roster/{branch}', { params: { path: { branch: branch() } } }))).items,
    staleTime: FRESH_MS,
    enabled: () => branch() !== '',
  })
  const places = computed(() => [...(roster.data.value ?? [])].sort((a, b) => a.place - b.place))
  const names = computed(() => new Map(places.value.map((one) => [one.staff, one.name])))
  return { ...roster, names, places }
}
