/** The proposal for an arrival, asked for anew whenever what is said changes. */
import { ref, shallowRef, watch } from 'vue'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import type { Register } from './arrival'

const PAUSE_MS = 250

export function useProposal(body: () => Register | null) {
  const proposal = shallowRef<InTriage['ProposalView'] | null>(null)
  const loading = ref(false)
  let asked = 0
  let pause = 0

  async function ask(said: Register): Promise<void> {
    const mine = (asked += 1)
    loading.value = true
    try {
      const found = await done(api.POST('/api/triage/visits/proposal', { body: said }))
      if (mine === asked) proposal.value = found
    } catch {
      if (mine === asked) proposal.value = null // what is wrong is said when it is sent
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  watch(() => JSON.stringify(body()), (_, before) => {
    const said = body()
    clearTimeout(pause)
    if (said) pause = window.setTimeout(() => void ask(said), before === undefined ? 0 : PAUSE_MS)
  }, { immediate: true })

  return { loading, proposal }
}
