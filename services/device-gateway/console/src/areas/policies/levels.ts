/** The two levels that write policies, over the rule book: their versions, and the catalogue of fields. */
import { useQuery } from '@pinia/colada'
import { computed, ref } from 'vue'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import { useSession } from '@/app/session'

export type Level = 'branch' | 'chain'
export type Field = InTriage['FieldView']
export type Version = InTriage['WrittenVersionView']
export type Values = Record<string, unknown>

const HOUR_MS = 3_600_000

/** Which level the pages of the area are about. */
export const level = ref<Level>('branch')

export function useFields() {
  const { data } = useQuery({ key: ['policy-fields'], query: async () => (await done(api.GET('/api/triage/policies/fields'))).items, staleTime: HOUR_MS })
  const byName = computed(() => new Map((data.value ?? []).map((one) => [one.name, one])))
  return { byName, fields: computed(() => data.value ?? []) }
}

export function useVersions(of: () => Level) {
  const session = useSession()
  const branch = () => (of() === 'chain' ? 'chain' : session.branchCode)
  const query = useQuery({
    key: () => ['policy-versions', branch()],
    query: () => (of() === 'chain'
      ? done(api.GET('/api/triage/policies/chain/versions'))
      : done(api.GET('/api/triage/policies/{branch}/versions', { params: { path: { branch: branch() } } }))),
  })
  const newest = computed<Values>(() => query.data.value?.items[0]?.fields ?? {})
  return { ...query, newest }
}
