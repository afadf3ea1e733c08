/** Who is signed in, in this tab alone, and in which branch they work. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { api, done, through } from '@/api/client'
import { Problem } from '@/api/problem'
import type { InGateway } from '@/api/shapes'
import { spoken } from '@/words'
import { keepBranch, keepSignedIn, keptBranch, keptSignedIn, seesTheWallAlone, type SignedIn } from './kept'

export type Branch = InGateway['BranchView']

const RENEW_MS = 10 * 60_000
const TURNS = 10

export const useSession = defineStore('session', () => {
  const signedIn = shallowRef(keptSignedIn())
  const branches = shallowRef<Branch[]>([])
  const branchCode = ref(keptBranch())
  /** The session has ended while somebody works: sign in again over the page. */
  const ended = ref(false)
  /** The screen is locked: what is kept has no token, only the ticket that a PIN goes with. */
  const locked = computed(() => signedIn.value !== null && !signedIn.value.token)
  const waiting: { go: () => void; stop: (problem: Problem) => void }[] = []

  const token = () => signedIn.value?.token ?? ''
  const staff = computed(() => signedIn.value?.staff ?? '')
  const name = computed(() => signedIn.value?.name ?? '')
  const actions = computed(() => new Set(signedIn.value?.actions))
  const branch = computed(() => branches.value.find((one) => one.code === branchCode.value) ?? null)
  const onWall = computed(() => seesTheWallAlone(actions.value))

  /** Whether the roles of the person allow an action; the services decide, this only shows what makes sense. */
  const may = (...wanted: string[]) => wanted.every((action) => actions.value.has(action))

  function keep(value: SignedIn | null): void {
    signedIn.value = value
    keepSignedIn(value)
  }

  /** Few passwords are checked at the same moment: wait for one's turn. */
  async function enter(ask: () => Promise<SignedIn>): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      try {
        const other = await ask()
        const before = signedIn.value
        const wasLocked = locked.value
        const same = other.staff === before?.staff
        if (before && !same) giveUp(before)
        keep(other)
        if ((ended.value || wasLocked) && !same) location.reload()
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

  const unlock = (pin: string) => enter(() => done(api.POST('/api/gateway/unlock', { body: { ticket: signedIn.value?.ticket ?? '', pin } })))

  /** Let nobody see or do anything until the PIN or the password is given; the token is forgotten. */
  function lock(): void {
    if (signedIn.value && !onWall.value) keep({ ...signedIn.value, token: '', expires_at: '' })
  }

  /** Set the PIN of this device, or with null take it off. */
  async function setPin(pin: string | null): Promise<void> {
    await done(pin === null ? api.DELETE('/api/gateway/pin') : api.PUT('/api/gateway/pin', { body: { pin } }))
    if (signedIn.value) keep({ ...signedIn.value, pin: pin !== null })
  }

  async function loadBranches(): Promise<void> {
    branches.value = (await done(api.GET('/api/gateway/branches'))).items.filter((one) => one.active)
    if (branch.value === null && branches.value[0]) choose(branches.value[0].code)
  }

  function choose(code: string): void {
    branchCode.value = code
    keepBranch(code)
  }

  /** End a session whose token is forgotten or has expired: somebody else sits down. */
  function giveUp({ ticket }: SignedIn): void {
    void done(api.POST('/api/gateway/give-up', { body: { ticket } })).catch(() => {})
  }

  function leave(): void {
    if (token() && !ended.value) void done(api.POST('/api/gateway/sign-out')).catch(() => {})
    else if (signedIn.value) giveUp(signedIn.value)
    keep(null)
    ended.value = false
    for (const one of waiting.splice(0)) one.stop(new Problem({ type: 'urn:qiantai:problem:signed-out', title: '', status: 401 }))
    branches.value = []
  }

  /** Take a fresh token while the present one is good. */
  async function renew(): Promise<void> {
    if (!signedIn.value || ended.value || locked.value || Date.parse(signedIn.value.expires_at) - Date.now() > RENEW_MS) return
    keep(await done(api.POST('/api/gateway/token')))
  }

  function again(): Promise<void> {
    if (signedIn.value === null) return Promise.reject(new Problem({ type: 'urn:qiantai:problem:signed-out', title: '', status: 401 }))
    ended.value = !locked.value
    return new Promise((go, stop) => waiting.push({ go, stop }))
  }

  through({ token, language: spoken, locked: () => locked.value, again })
  setInterval(() => void renew().catch(() => {}), 60_000)

  return {
    actions, branch, branchCode, branches, changePassword, choose, ended, leave, loadBranches, lock, locked, may, name, onWall, renew, setPin, signedIn, signIn,
    staff, token, unlock,
  }
})
