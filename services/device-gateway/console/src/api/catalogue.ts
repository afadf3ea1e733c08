/** What changes seldom: projects of the chain, asked for once and again after a while. */
import { useQuery } from '@pinia/colada'

import { api, done } from './client'
import { every } from './every'
import type { InBilling } from './shapes'

export type Project = InBilling['ProjectView']
export type Product = InBilling['ListedView']

const FRESH_MS = 10 * 60_000

const everyProject = (): Promise<Project[]> => every((next) => done(api.GET('/api/billing/projects', { params: { query: { limit: 100, active: true, ...next } } })))

/** Products with the price that holds in a branch; `on` are those alone that are sold. */
export const everyProduct = (branch: string, on: { active?: true } = {}): Promise<Product[]> =>
  every((next) => done(api.GET('/api/billing/products', { params: { query: { branch, limit: 100, ...on, ...next } } })))

export const useProjects = () => useQuery({ key: ['projects'], query: everyProject, staleTime: FRESH_MS })
