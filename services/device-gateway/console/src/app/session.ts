/** Who is signed in, in this tab alone, and in which branch they work. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { api, done, through } from '@/api/client'
import { Problem } from '@/api/problem'
import type { InGateway } from '@/api/shapes'
import { spoken } from '@/words'

export type SignedIn = InGateway['SignedInView']
export type Branch = InGateway['BranchView']

const KEPT = 'qiantai.signed-in'
const BRANCH = 'qiantai.branch'
const RENEW_MS = 10 * 60_000
const TURNS = 10

export const useSession = defineStore('session', () => {
  const signedIn = shallowRef<SignedIn | null>(JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as SignedIn | null)
  const branches = shallowRef<Branch[]>([])
  const branchCode = ref(sessionStorage.getItem(BRANCH) ?? localStorage.getItem(BRANCH) ?? '')
  /** The session has ended while somebody works: sign in again over the page. */
  const ended = ref(false)
  const waiting: { go: () => void; stop: (problem: Problem) => void }[] = []

  const token = () => signedIn.value?.token ?? ''
  const staff = computed(() => signedIn.value?.staff ?? '')
  const name = computed(() => signedIn.value?.name ?? '')
  const actions = computed(() => new Set(signedIn.value?.actions))
  const branch = computed(() => branches.value.find((one) => one.code === branchCode.value) ?? null)
  /** A wall screen's account: it sees the board without people's data and does nothing. */
  const onWall = computed(() => actions.value.size > 0 && [...actions.value].every((action) => action === 'board.read'))

  /** Whether the roles of the person allow an action; the services decide, this only shows what makes sense. */
  const may = (...wanted: string[]) => wanted.every((action) => actions.value.has(action))

  function keep(value: SignedIn | null): void {
    signedIn.value = value
    if (value) sessionStorage.setItem(KEPT, JSON.stringify(value))
    else sessionStorage.removeItem(KEPT)
  }

  /** Few passwords are checked at the same moment: wait for one's turn. */
  async function enter(ask: () => Promise<SignedIn>): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      try {
        const other = await ask()
        const same = other.staff === signedIn.value?.staff
        keep(other)
        if (ended.value && !same) location.reload()
        ended.value = false
        for (const one of waiting.splice(0)) one.go()
        return
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== 'too-busy' || turn === TURNS) throw error
        await new Promise((resume) => setTimeout(resume, (0.5 + Math.random()) * 1000))
      }
    }
  }

  const signIn = (account: string, password: string) =>
    enter(() => done(api.POST('/api/gateway/sign-in', { body: { staff: account, password } })))

  const changePassword = (account: string, password: string, other: string) =>
    enter(() => done(api.POST('/api/gateway/password', { body: { staff: account, password, new_password: other } })))

  async function loadBranches(): Promise<void> {
    branches.value = (await done(api.GET('/api/gateway/branches'))).items.filter((one) => one.active)
    if (branch.value === null && branches.value[0]) choose(branches.value[0].code)
  }

  function choose(code: string): void {
    branchCode.value = code
    sessionStorage.setItem(BRANCH, code)
    localStorage.setItem(BRANCH, code)
  }

  function leave(): void {
    if (signedIn.value) void done(api.POST('/api/gateway/sign-out')).catch(() => {})
    keep(null)
    ended.value = false
    for (const one of waiting.splice(0)) one.stop(new Problem({ type: 'urn:qiantai:problem:signed-out', title: '', status: 401 }))
    branches.value = []
  }

  /** Take a fresh token while the present one is good. */
  async function renew(): Promise<void> {
    if (!signedIn.value || ended.value || Date.parse(signedIn.value.expires_at) - Date.now() > RENEW_MS) return
    keep(await done(api.POST('/api/gateway/token')))
  }

  function again(): Promise<void> {
    if (signedIn.value === null) return Promise.reject(new Problem({ type: 'urn:qiantai:problem:signed-out', title: '', status: 401 }))
    ended.value = true
    return new Promise((go, stop) => waiting.push({ go, stop }))
  }

  through({ token, language: spoken, again })
  setInterval(() => void renew().catch(() => {}), 60_000)

  return {
    actions, branch, branchCode, branches, changePassword, choose, ended, leave, loadBranches, may, name, onWall, renew, signedIn, signIn, staff, token,
  }
})
