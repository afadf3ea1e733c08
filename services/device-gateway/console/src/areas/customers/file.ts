/** A customer's file and what stands beside it, each from the service that has it, as far as the role may read it. */
import { useQuery, useQueryCache } from '@pinia/colada'

import { api, done } from '@/api/client'
import type { InCustomer } from '@/api/shapes'

export type File = InCustomer['CustomerView']
export type Card = InCustomer['CardView']
export type Edit = InCustomer['EditBody']
export type Phone = InCustomer['PhoneView']

const at = (customer: string) => ({ params: { path: { customer } } })

export function useFile(id: () => string) {
  return useQuery({ key: () => ['customer', id()], query: () => done(api.GET('/api/customers/{customer}', at(id()))), enabled: () => id() !== '' })
}

export function useCards(id: () => string) {
  return useQuery({ key: () => ['customer', id(), 'cards'], query: async () => (await done(api.GET('/api/customers/{customer}/cards', at(id())))).items })
}

export function useFreshFile() {
  const cache = useQueryCache()
  return (file: File | string): void => {
    if (typeof file !== 'string') cache.setQueryData(['customer', file.id], file)
    else void cache.invalidateQueries({ key: ['customer', file] })
  }
}
