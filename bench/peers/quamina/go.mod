// 1.5.1 is the newest release that the proxy gave where this row was set up: it refused quamina.net,
// where the later ones are, and served the same module under the path of its repository.
module bench/quamina

go 1.23

require quamina.net/go/quamina v1.5.1

replace quamina.net/go/quamina => github.com/timbray/quamina v1.5.1
