/** The forms of visits: what they are made of, what is written, and where what is typed is kept. */
import { useQuery } from '@pinia/colada'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import { kept } from '@/live/store'
import type { Content } from './differences'
import type { Desk, Draft, Written } from './drafting'

export type Form = InTriage['FormView']
export type Field = Form['fields'][number]

const FRESH_MS = 60 * 60_000

export const useForms = () => useQuery({
  key: ['forms'], staleTime: FRESH_MS,
  query: async () => (await done(api.GET('/api/triage/forms'))).items,
})

const at = (visit: string, form: string) => ({ params: { path: { visit, form } } })

export const versionsOf = async (visit: string, form: string): Promise<Written[]> =>
  (await done(api.GET('/api/triage/visits/{visit}/forms/{form}/versions', at(visit, form)))).items as Written[]

/** Where one form of a visit is read, written and kept, for one account. */
export function deskOf(staff: string, visit: string, form: string): Desk {
  const place = `${staff}:${visit}:${form}`
  return {
    read: async () => (await done(api.GET('/api/triage/visits/{visit}/forms/{form}', at(visit, form)))) as Written,
    write: async (content: Content, version: number, key: string) => {
      const headers = { 'If-Match': `"${version}"`, 'Idempotency-Key': key }
      const written = await done(api.PUT('/api/triage/visits/{visit}/forms/{form}', {
        params: { path: { visit, form }, header: { 'If-Match': headers['If-Match'] } }, headers, body: { content },
      }))
      return written as Written
    },
    keep: async (draft: Draft | null) => {
      const database = await kept()
      await (draft === null ? database.delete('drafts', place) : database.put('drafts', draft, place))
    },
    kept: async () => (await kept()).get('drafts', place) as Promise<Draft | undefined>,
  }
}

/** Return what of an account is typed and not saved yet: visit and form of each. */
export async function unsaved(staff: string): Promise<{ visit: string; form: string }[]> {
  const places = await (await kept()).getAllKeys('drafts')
  return places.map((one) => one.split(':')).filter(([who]) => who === staff).map(([, visit = '', form = '']) => ({ visit, form }))
}
