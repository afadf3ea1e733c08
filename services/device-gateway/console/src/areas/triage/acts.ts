/** What can become of a visit: how each act is sent, and what must be said for it. Which ones are offered, the API says (`may`). */
import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'

export type Visit = InTriage['VisitView']
export type Ways = InTriage['StagesView']
export type Stage = InTriage['StageBody']['stage']
export type Part = InTriage['StagePersonBody']

export interface Said {
  reason: string
  to: string | null
  outcome: 'deal' | 'no_deal'
  note: string
  visitClass: NonNullable<InTriage['ReclassifyBody']['visit_class']> | undefined
  projects: string[]
  stage: Stage | undefined
  people: { role: Part['role']; staff: string }[]
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
  send: (visit: Visit, said: Said, key: string) => Promise<Visit>
}

export const nothingSaid = (visit: Visit, name: string): Said => ({
  reason: '', to: null, outcome: 'deal', note: '', visitClass: name === 'triage' ? undefined : (visit.visit_class as Said['visitClass']), projects: [...visit.projects],
  stage: undefined, people: [], treatment: false, referrer: null, credit: false, owns: false,
})

/** A visit that is not as it was seen is not changed: whoever was quicker is named. */
const at = (visit: Visit, key: string) => ({ params: { path: { visit: visit.id } }, headers: { 'Idempotency-Key': key, 'If-Match': `"${visit.version}"` } })

const KNOWN = {
  accept: { keys: 'a', asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/accept', at(visit, key))) },
  start: { keys: 'Enter', asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/start', at(visit, key))) },
  finish: {
    keys: 'f', asks: ['outcome', 'reason', 'note'],
    send: (visit, { outcome, reason, note }, key) =>
      done(api.POST('/api/triage/visits/{visit}/finish', { ...at(visit, key), body: { outcome, reason: outcome === 'no_deal' ? reason || null : null, note: note || null } })),
  },
  stage: {
    keys: 's', asks: ['stage', 'people', 'note', 'reason'],
    send: (visit, { stage, people, note, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/stage', { ...at(visit, key), body: { stage: stage as Stage, people: people.filter((one) => one.staff), note: note || null, ...(reason ? { reason } : {}) } })),
  },
  triage: {
    keys: 't', asks: ['projects', 'visitClass', 'reason'],
    send: (visit, { projects, visitClass, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/triage', { ...at(visit, key), body: { projects, visit_class: visitClass ?? null, reason: reason || null } })),
  },
  retriage: { keys: 'Enter', asks: [], send: (visit, _, key) => done(api.POST('/api/triage/visits/{visit}/retriage', { ...at(visit, key), body: {} })) },
  second: {
    keys: 'x', asks: ['projects', 'treatment'],
    send: (visit, { treatment, projects }, key) =>
      done(api.POST('/api/triage/visits/{visit}/second', { ...at(visit, key), body: { treatment, projects } })),
  },
  'stand-in': {
    keys: 'i', asks: ['to'],
    send: (visit, { to }, key) => done(api.POST('/api/triage/visits/{visit}/stand-in', { ...at(visit, key), body: { stand_in: to ?? '' } })),
  },
  change: {
    keys: 'c', asks: ['reason', 'to'],
    send: (visit, { reason, to }, key) => done(api.POST('/api/triage/visits/{visit}/change', { ...at(visit, key), body: { reason, to } })),
  },
  reassign: {
    keys: 'r', asks: ['to', 'reason', 'credit', 'owns'],
    send: (visit, { to, reason, credit, owns }, key) =>
      done(api.POST('/api/triage/visits/{visit}/reassign', { ...at(visit, key), body: { to: to ?? '', reason, credit, owns } })),
  },
  class: {
    keys: 'k', asks: ['visitClass', 'reason'],
    send: (visit, { visitClass, reason }, key) =>
      done(api.POST('/api/triage/visits/{visit}/class', { ...at(visit, key), body: { visit_class: visitClass as NonNullable<Said['visitClass']>, reason } })),
  },
  referrer: {
    keys: 'o', asks: ['referrer'],
    send: (visit, { referrer }, key) => done(api.POST('/api/triage/visits/{visit}/referrer', { ...at(visit, key), body: { referrer: referrer ?? '' } })),
  },
  void: { keys: 'v', asks: ['reason'], send: (visit, { reason }, key) => done(api.POST('/api/triage/visits/{visit}/void', { ...at(visit, key), body: { reason } })) },
  leave: { keys: 'l', asks: ['reason'], send: (visit, { reason }, key) => done(api.POST('/api/triage/visits/{visit}/leave', { ...at(visit, key), body: { reason } })) },
} satisfies Record<string, Act>

export type ActName = keyof typeof KNOWN
export const ACTS: Record<ActName, Act> = KNOWN
export const isAct = (name: string): name is ActName => name in ACTS

/** Acts that are the likely next thing, in this order; the others stand behind them. */
export const FIRST: ActName[] = ['triage', 'accept', 'start', 'finish', 'stage', 'retriage']
