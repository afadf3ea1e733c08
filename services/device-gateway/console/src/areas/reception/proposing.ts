/** The proposal for an arrival, asked for anew whenever what is said changes, and by itself where no answer came. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'

import { api, done } from '@/api/client'
import { Problem } from '@/api/problem'
import type { InTriage } from '@/api/shapes'
import type { Register } from './arrival'

const PAUSE_MS = 250
const AGAIN_MS = 3_000

export function useProposal(body: () => Register | null) {
  const proposal = shallowRef<InTriage['ProposalView'] | null>(null)
  const loading = ref(false)
  const unanswered = ref(false)
  let asked = 0
  let pause = 0

  async function ask(said: Register): Promise<void> {
    const mine = (asked += 1)
    loading.value = true
    try {
      const found = await done(api.POST('/api/triage/visits/proposal', { body: said }))
      if (mine !== asked) return
      proposal.value = found
      unanswered.value = false
    } catch (error) {
      if (mine !== asked) return
      proposal.value = null // what is wrong with what is said shows when it is sent
      unanswered.value = error instanceof Problem && error.passing
      if (unanswered.value) pause = window.setTimeout(() => void ask(said), AGAIN_MS)
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  watch(() => JSON.stringify(body()), (_, before) => {
    const said = body()
    clearTimeout(pause)
    if (said) pause = window.setTimeout(() => void ask(said), before === undefined ? 0 : PAUSE_MS)
  }, { immediate: true })

  onScopeDispose(() => { asked = -1; clearTimeout(pause) })

  return { loading, proposal, unanswered }
}
