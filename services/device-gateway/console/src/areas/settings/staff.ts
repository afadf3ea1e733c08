/** Accounts of the branches that the asker works in, and the roles that there are. */
import { useQuery } from '@pinia/colada'

import { api, done } from '@/api/client'
import { every } from '@/api/every'
import type { InGateway } from '@/api/shapes'

export type Account = InGateway['StaffView']

const everybody = () => every<Account>((next) => done(api.GET('/api/gateway/staff', { params: { query: { limit: 200, ...next } } })))

export const STAFF = ['settings', 'staff']
export const useStaff = () => useQuery({ key: STAFF, query: everybody })
export const useRoles = () => useQuery({ key: ['settings', 'roles'], query: async () => (await done(api.GET('/api/gateway/roles'))).items })
