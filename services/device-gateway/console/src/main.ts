import './app/early'

import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './app/App.vue'
import { listen } from './app/actions'
import { keepFocus } from './app/focus'
import { router } from './app/routes'
import { paint } from './app/theme'
import { watchVersion } from './app/version'
import './app/style.css'
import { i18n, speak } from './words'
import { keptLanguage } from './words/language'

paint()
listen()
keepFocus()
watchVersion()
const app = createApp(App).use(createPinia()).use(PiniaColada).use(router).use(i18n)
await speak(keptLanguage())
app.mount('#app')
