import app from './app.json'
import board from './board.json'

export default { app, board }
