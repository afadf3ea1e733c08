/** What can become of a visit: how each act is sent, and what must be said for it. Which ones are offered, the API says (`may`). */
import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'

export type Visit = InTriage['VisitView']

export interface Said {
  reason: string
  to: string | null
  outcome: 'deal' | 'no_deal'
  note: string
  visitClass: NonNullable<InTriage['ReclassifyBody']['visit_class']> | undefined
  projects: string[]
  stage: InTriage['StageBody']['stage'] | undefined
  treatment: boolean
  referrer: string | null
  credit: boolean
  owns: boolean
}

export type Field = keyof Said

export interface Act {
  keys?: string
  /** What is asked for, in order; nothing: one press does it. */
  asks: Field[]
  send: (visit: string, said: Said, key: string) => Promise<Visit>
}

const at = (visit: string, key: string) => ({ params: { path: { visit } }, headers: { 'Idempotency-Key': key } })

export const ACTS: Record<string, Act> = {
  accept: { keys: 'a', asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/accept', at(visit, key))) },
  start: { keys: 'Enter', asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/start', at(visit, key))) },
  finish: {
    keys: 'f', asks: ['outcome', 'reason', 'note'],
    send: (visit, { outcome, reason, note }, key) =>
      done(api.POST('/api/triage/visits/{visit}/finish', { ...at(visit, key), body: { outcome, reason: reason || null, note: note || null } })),
  },
  stage: {
    keys: 's', asks: ['stage', 'reason'],
    send: (visit, { stage, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/stage', { ...at(visit, key), body: { stage: stage as InTriage['StageBody']['stage'], reason } })),
  },
  triage: {
    keys: 't', asks: ['projects', 'visitClass', 'reason'],
    send: (visit, { projects, visitClass, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/triage', { ...at(visit, key), body: { projects, visit_class: visitClass ?? null, reason: reason || null } })),
  },
  retriage: { asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/retriage', { ...at(visit, key), body: {} })) },
  second: {
    asks: ['treatment', 'projects'],
    send: (visit, { treatment, projects }, key) =>
      done(api.POST('/api/triage/visits/{visit}/second', { ...at(visit, key), body: { treatment, projects } })),
  },
  'stand-in': {
    asks: ['to'],
    send: (visit, { to }, key) => done(api.POST('/api/triage/visits/{visit}/stand-in', { ...at(visit, key), body: { stand_in: to ?? '' } })),
  },
  change: {
    asks: ['reason', 'to'],
    send: (visit, { reason, to }, key) => done(api.POST('/api/triage/visits/{visit}/change', { ...at(visit, key), body: { reason, to } })),
  },
  reassign: {
    asks: ['to', 'reason', 'credit', 'owns'],
    send: (visit, { to, reason, credit, owns }, key) =>
      done(api.POST('/api/triage/visits/{visit}/reassign', { ...at(visit, key), body: { to: to ?? '', reason, credit, owns } })),
  },
  class: {
    asks: ['visitClass', 'reason'],
    send: (visit, { visitClass, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/class', { ...at(visit, key), body: { visit_class: visitClass as NonNullable<Said['visitClass']>, reason } })),
  },
  referrer: {
    asks: ['referrer'],
    send: (visit, { referrer }, key) => done(api.POST('/api/triage/visits/{visit}/referrer', { ...at(visit, key), body: { referrer: referrer ?? '' } })),
  },
  void: { asks: ['reason'], send: (visit, { reason }, key) => done(api.POST('/api/triage/visits/{visit}/void', { ...at(visit, key), body: { reason } })) },
  leave: { asks: ['reason'], send: (visit, { reason }, key) => done(api.POST('/api/triage/visits/{visit}/leave', { ...at(visit, key), body: { reason } })) },
}
