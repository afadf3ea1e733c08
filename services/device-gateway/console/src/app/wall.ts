/** The wall: the board in large letters without people's data, for a screen that everybody sees. */
import { computed, watchEffect } from 'vue'
import { useRoute } from 'vue-router'

import { useSession } from './session'

export function useWall() {
  const route = useRoute()
  const session = useSession()
  const wall = computed(() => session.onWall || route.meta.wall === true)
  watchEffect(() => document.documentElement.classList.toggle('on-wall', wall.value))
  return { wall }
}
