/** The English texts of every layer that no page begins with: it fetches them once it runs, or when the first error is to be told. */
import type { LaterTexts } from './texts.ts';

export const enLater: LaterTexts = {
  error: {
    'link.altered':
      'Something in the link was changed on its way: its check sum is wrong. Copy it again where it was made, or ask for it as a file.',
    'link.badCharacters':
      'Character {{at}} of the link is “{{found}}”, which no link of ours has. Was it copied whole?',
    'link.cut':
      'The link was cut off: {{found}} characters arrived, the rest is missing. Copy it whole, or ask for it as a file.',
    'link.damaged':
      'The check sum of the link is right, but what it holds cannot be unpacked: no lab made it.',
    'link.documentTooLong': 'The link unpacks to more than {{limit}} bytes.',
    'link.empty': 'The link is empty.',
    'link.notALink': 'This is not a link to a lab.',
    'link.tooLong': 'The link is too long: {{found}} characters, the limit is {{limit}}.',
    'document.listTooLong': 'A list has {{found}} entries; the limit is {{limit}}.',
    'document.notJson': 'The document is not JSON.',
    'document.notPlain': 'The document has something that is no plain data.',
    'document.reservedKey': 'The document uses a reserved name.',
    'document.tooDeep': 'The document is nested deeper than {{limit}} levels.',
    'document.tooLong': 'The document is too long: {{found}} characters, the limit is {{limit}}.',
    'document.tooManyValues': 'The document has more than {{limit}} values.',
    'scenario.badAddress': '{{found}} is no IPv4 address with its prefix, such as 10.0.0.2/24.',
    'scenario.badDomain': '{{found}} is no domain, such as lab.internal.',
    'scenario.badDate': '{{found}} is no date like 2026-01-01T00:00:00Z.',
    'scenario.badFileName': '{{found}} is no name of a file.',
    'scenario.badIp': '{{found}} is no IP address, such as 10.0.0.2 or fd00::2.',
    'scenario.badKeys': 'The times and lengths of the typed keys do not fit the text.',
    'scenario.badLayer': '{{found}} is no name of a layer.',
    'scenario.badMac': '{{found}} is no MAC address of a card, such as 52:54:00:12:34:56.',
    'scenario.badName': '{{found}} is no name: letters, digits and dashes, no dash at either end.',
    'scenario.badNetwork6': '{{found}} is no IPv6 network of 64 bits, such as 2001:db8:1::/64.',
    'scenario.interfacesClash': 'Interfaces of one port hang at one switch, and each has a VLAN of its own.',
    'scenario.treeTimes':
      'Times of a spanning tree: 2 × (forward delay − 1 s) must be no less than the greatest age, and that no less than 2 × (hello + 1 s) (802.1D, 17.14).',
    'scenario.networksOverlap': 'Networks of the routes lie within each other.',
    'scenario.noSite': 'A place is named that the small internet does not have.',
    'scenario.badPrefix': '{{found}} is no IP address or network, such as 10.0.0.0/24 or fd00::/64.',
    'scenario.badText': '{{found}} has characters that cannot be printed.',
    'scenario.badTyping': 'The typed text has characters that are no bytes.',
    'scenario.choice': 'Must be one of {{expected}}, not {{found}}.',
    'scenario.duplicate': 'The name “{{name}}” is there twice.',
    'scenario.empty': 'There must be at least one.',
    'scenario.missing': 'It is missing.',
    'scenario.noSuchHost': 'There is no host {{found}}.',
    'scenario.noSuchSwitch': 'VM {{vm}}: host {{host}} has no switch “{{switch}}”.',
    'scenario.noSuchVm': 'Host {{host}} has no VM “{{vm}}”.',
    'scenario.notMultiple': '{{found}} is no multiple of {{of}}.',
    'scenario.notWhole': '{{found}} is no whole number.',
    'scenario.tooLarge': '{{found}} is too large; {{limit}} is the most.',
    'scenario.tooLong': 'Too long: {{limit}} characters are allowed.',
    'scenario.tooMany': 'Too many: {{limit}} are allowed.',
    'scenario.tooManyVms': '{{found}} VMs; the limit is {{limit}}.',
    'scenario.tooMuchRam': 'The hosts want {{found}} bytes of memory; the limit is {{limit}}.',
    'scenario.tooSmall': '{{found}} is too small; {{limit}} is the least.',
    'scenario.type': 'Must be {{expected}}, not {{found}}.',
    'scenario.unknownKey': 'No scenario of this version has this name.',
    'scenario.version': 'The scenario has version {{found}}; this virtlab knows {{known}}.',
    'scenario.vmTooLarge': 'VM {{vm}} wants {{found}} bytes of memory; its host has {{limit}}.',
    'elf.badAddress': 'The ELF file has an address that is out of range ({{index}}).',
    'elf.badHeader': 'The ELF file has a damaged header ({{field}}).',
    'elf.badSegment': 'Segment {{index}} of the ELF file is damaged.',
    'elf.noSegments': 'The ELF file has nothing to load.',
    'elf.not64': 'The ELF file is for RISC-V with 32 bits; this lab runs 64 bits.',
    'elf.notExecutable': 'The ELF file is {{format}} (type {{type}}); a kernel is an executable.',
    'elf.notLittleEndian': 'The ELF file is not little-endian.',
    'elf.notRiscv':
      'The ELF file is for another machine (number {{machine}}), {{name}}; this lab runs RISC-V (243).',
    'elf.userProgram':
      'The ELF file is a program or a library of an operating system, which loads it; a kernel stands on its own.',
    'elf.tooManySegments': 'The ELF file has {{count}} segments; the limit is {{limit}}.',
    'elf.truncated': 'The ELF file ends too early ({{part}}).',
    'linux.badHeader': 'The Linux image has a damaged header ({{field}}).',
    'linux.notLittleEndian': 'The Linux image is not little-endian.',
    'image.compressed': 'This is {{format}}: give it unpacked.',
    'image.empty': 'The image is empty.',
    'image.foreign': 'This is {{format}}: {{advice}}.',
    'initrd.foreign':
      'This is {{format}}: an initial RAM disk is a cpio archive, packed or not, or whatever else the kernel takes for one.',
    'lab.foreign': 'This is {{format}}, not a lab: {{advice}}.',
    'vmFile.foreign': 'This is {{format}}, not the file of a suspended VM: {{advice}}.',
    'image.entryOutsideRam': 'The image would start outside of the VM’s memory, at {{entry}}.',
    'image.largerThanRam': 'The image needs {{needed}} bytes of memory; the VM has {{memoryBytes}}.',
    'image.outsideRam': 'The image lies outside of the VM’s memory, which begins at {{ramBase}}.',
    'image.outsideMemory':
      '{{path}}: {{size}} bytes at {{address}} lie outside of RAM; give it more with --memory.',
    'guests.badList': 'The list of guest images is damaged: {{problem}}',
    'guests.missing': 'The list of guest images does not have {{file}}, which {{guest}} needs.',
    'guests.notJson': 'The list of guest images is not JSON.',
    'guests.noDisk': '{{guest}} has its file system on the first disk of its VM; {{vm}} has no disk.',
    'guests.notPackaged': 'The Linux file {{file}} is not here; npm run guests:linux makes it.',
    'guests.damaged':
      '{{file}} is not what the list of guests says it is; npm run guests:linux makes it again.',
    assembly: 'The assembler stops in line {{line}}: {{message}}',
    'host.failed':
      'Host {{host}} stopped by a mistake of ours: {{message}}. Its state is kept to look at; other hosts go on.',
    'host.tooManyVms': 'The host has room for {{limit}} VMs.',
    'vm.badName':
      '“{{vm}}” is no name: letters, digits and dashes, at most {{limit}}, no dash at either end.',
    'vm.balloonSize':
      '{{vm}} has {{memoryBytes}} bytes of memory: its guest cannot lend {{bytes}} of them and go on.',
    'vm.driven':
      'A driver of {{vm}} has device {{index}}, and no guest agent answers that could make it let go. By force, what it had under way is lost.',
    'vm.notPluggable':
      'Device {{index}} has registers of its own: no bus tells {{vm}} that such a device comes or goes, on real machines and QEMU’s virt neither. Virtio devices do, also in hardware.',
    'vm.notPlugged':
      'Device {{index}} of {{vm}} has been there from the beginning: only what was plugged in can be taken out.',
    'vm.noSlot':
      '{{vm}} has no room for another device: all slots are taken, or it has {{limit}} of this sort.',
    'vm.cannotAsk': 'The guest of {{vm}} does not listen for a shutdown: use “Power off”.',
    'vm.deviceTreeTooLarge': 'The command line is too long for the device tree.',
    'vm.outOfFrames':
      'Paused: the host has no frame left for what it touched ({{gpa}}). Nothing is lost; resume it when another VM has given memory back.',
    'vm.noRun':
      'The VM needs {{pages}} frames in one run. {{free}} are free, but no more than {{largest}} of them lie side by side where a run may begin.',
    'vm.swapFull':
      'Paused: the host has no frame left for what it touched ({{gpa}}), and no room in its swap area. Nothing is lost; resume it when another VM has given memory back, or the swap area is larger.',
    'vm.swapBroken':
      'Paused: the swap disk of the host does not work, and what it touched ({{gpa}}) needs it. Nothing is lost; resume it when the disk works again.',
    'vm.hostMemoryExhausted': 'The host has no frame left for this VM.',
    'vm.lost':
      'The guest jumped to an address where there is nothing (pc {{pc}}) and cannot go on. Its state is kept to look at.',
    'vm.appendLength':
      'A kernel is told {{limit}} characters at most on its command line; these are {{found}}.',
    'vm.memorySize':
      'A VM has between {{least}} and {{most}} bytes of memory, in whole pages; not {{memoryBytes}}.',
    'vm.memoryBeyondBoot':
      '{{vm}} has started with {{memoryBytes}} bytes, which is the most that it can have while it runs; not {{bytes}}. Give it more memory before it starts, and let it use less at first.',
    'vm.memoryShort':
      '{{vm}} may not start: it asks for {{asked}} bytes, and {{free}} are free. What would help: switch a VM off or take memory from one ({{holder}} has most, {{held}} bytes), give {{vm}} less, or memory on demand.',
    'vm.nameTaken': 'A VM or a switch of this host is called {{vm}} already.',
    'vm.entryAway': 'The page at {{gpa}}, in which the entry lies, is in no frame that could be written now.',
    'vm.entryByState':
      'The hypervisor gives and takes {{bit}} of this entry by the state of the page ({{state}}): what it allows besides is as you want it already.',
    'vm.entryIsHosts':
      '{{bit}} of a G-stage entry is the hypervisor’s own: whoever could change it would let {{vm}} reach frames that are not its own.',
    'vm.entryLogged':
      'While the pages that {{vm}} writes are logged, D is what the log reads: cleared by hand, a write would be missing from it.',
    'vm.entryNone':
      'No G-stage entry maps {{gpa}} of {{vm}}: it has no frame yet, or all access is forbidden.',
    'vm.entryReserved':
      'A page that may be written and not read is a reserved encoding (privileged spec 12.3.1): clear W first, or set R first.',
    'vm.noSuchRange': '{{vm}} has no memory of {{bytes}} bytes at {{gpa}}.',
    'vm.noSuchSwitch': 'There is no switch “{{switch}}”.',
    'vm.addressTaken':
      'The cable of card {{card}} is out: {{other}} is reached by the same hardware address. Pull the cable of that one first, or clone this VM: a clone has addresses of its own.',
    'compare.noDevice': '{{vm}} has no device of the sort that is compared.',
    'vm.noDisk': '{{vm}} has no disk {{disk}}.',
    'host.noDisk': 'The host has no disk {{disk}}.',
    'disk.held': 'The physical disk {{disk}} was given whole to {{holder}}: one VM has it at a time.',
    'card.held':
      'The physical card at the switch {{switch}} was given whole to {{holder}}: one VM has it at a time.',
    'disk.inUse':
      'On the physical disk {{disk}} lie disks of {{holder}}: it can be given whole only while none does.',
    'vm.passedAllocation':
      '{{vm}} is given a device whole, which reaches all of its memory: that must be there from the start (fixed allocation).',
    'vm.passedPinned': 'All memory of {{vm}} is pinned for a device that it is given whole.',
    'vm.passedLent':
      '{{vm}} has lent memory by its balloon: a device that it is given whole reaches all of it. Let the balloon give it back first.',
    'vm.passedSetting':
      'Device {{number}} of {{vm}} is given whole: the hypervisor is not on its way, so it has no “{{setting}}”.',
    'vm.passedThrough':
      '{{vm}} was given a device whole, and there is no second of it: the VM can be kept in snapshots here, but not copied or moved.',
    'vm.noBalloon':
      '{{vm}} has no memory balloon: add the device “balloon” to its specification before it is created.',
    'vm.noCard': '{{vm}} has no card {{card}}.',
    'vm.otherCard': '{{vm}} can have no further card {{card}}.',
    'vm.otherDisk': '{{vm}} can have no further disk {{disk}}.',
    'vm.notPluggableWay':
      'A device by way of “{{way}}” has registers of its own: no bus tells {{vm}} that such a device comes or goes, on real machines and QEMU’s virt neither. Virtio devices do, also in hardware.',
    'vm.noDirtyLog': 'The dirty log of {{vm}} is off.',
    'vm.noRecording': 'Which pages {{vm}} accesses has not been recorded.',
    'vm.off': '{{vm}} is off: it has neither memory nor registers to look at. Start it first.',
    'vm.overcommitted':
      '{{vm}} may not start: it asks for {{asked}} bytes, and of {{limit}} that this host may promise, {{promised}} are promised: {{missing}} too few are left. What would help: switch a VM off or take memory from one ({{holder}} has most, {{held}} bytes), give {{vm}} less, or raise the limit of the host.',
    'vm.otherFile': '“{{file}}” is another file than the one that belongs here.',
    'vm.tooManyDevices': '{{devices}} devices; a VM has room for {{limit}}.',
    'vm.unexpectedExit':
      'The guest caused a trap that nobody knows (scause {{scause}}, pc {{pc}}). Its state is kept to look at.',
    'vm.vcpus': 'A VM has 1 to {{limit}} vCPUs, not {{vcpus}}.',
    'vcpu.off': 'vCPU {{vcpu}} is off: the guest has not started it, so it is in no address space.',
    'agent.busy':
      'The guest agent has {{limit}} requests to do already, or no room for another one: wait, or cancel one.',
    'agent.cannot':
      'No guest agent answers that can do this ({{what}}): the VM has no port for one, its system has none, or it has not started yet.',
    'agent.fileSize': 'The file has {{bytes}} bytes; the guest agent takes {{limit}} at most.',
    'agent.noFile': 'No file of request {{request}} is here: it has not come, or another one came after it.',
    'agent.noRequest': 'The guest agent has no request {{request}} that is not done.',
    'console.fixedSize':
      'The terminal of {{vm}} has a fixed size: its guest is on a serial port, or heeds no other.',
    'console.full': 'The console cannot take more input now: {{accepted}} of {{bytes}} bytes were accepted.',
    'desktop.none': '{{vm}} has no screen.',
    'desktop.dark': 'The screen of {{vm}} shows nothing: no driver uses it.',
    'desktop.noViewer': 'Nobody on this host shows the screen of {{vm}}.',
    'desktop.noServer': 'Nothing has come from the screen of {{vm}} yet, so nothing can be done there.',
    'desktop.noDevice': '{{vm}} has no device that takes this ({{device}}).',
    'desktop.full': 'The guest takes no more input now: {{accepted}} of {{gestures}} were accepted.',
    'desktop.size':
      'The screen of {{vm}} takes {{bytes}} bytes of its {{memoryBytes}} bytes of memory: at most half.',
    'kind.settings': 'The setting {{setting}} of “{{kind}}” is wrong: {{problem}}',
    'kind.unknown': 'There is nothing called “{{kind}}” to choose here.',
    'snapshot.damaged': 'The snapshot is damaged.',
    'snapshot.foreign': 'This is not a snapshot of ours.',
    'snapshot.format': 'The snapshot cannot be read: {{message}}.',
    'snapshot.kind': 'This is {{saved}}, not {{wanted}}.',
    'snapshot.full':
      'The host has no room for another snapshot of {{vm}}: all together may have {{limit}} bytes.',
    'snapshot.nameTaken': '{{vm}} has a snapshot “{{name}}” already.',
    'snapshot.none': '{{vm}} has no snapshot “{{name}}”.',
    'snapshot.tooMany': '{{vm}} has {{limit}} snapshots, and that is as many as it can have.',
    'snapshot.version': 'The snapshot has version {{version}}; this virtlab knows {{supported}}.',
    'checkpoint.damaged': 'The checkpoint is damaged.',
    'checkpoint.needsAll': 'The checkpoint has to be written as a whole.',
    'checkpoint.none': 'No checkpoint is kept.',
    'checkpoint.tooLarge': 'The lab takes {{bytes}} bytes to keep; {{limit}} are allowed.',
    'checkpoint.version': 'The checkpoint has version {{version}}; this virtlab knows {{supported}}.',
    'diff.foreign': 'This is neither a lab nor a host nor a VM that was saved.',
    'diff.kinds': 'Only like things can be compared, and these are {{saved}} and {{savedOther}}.',
    'labFile.damaged': 'The lab file is damaged.',
    'labFile.foreign': 'This is not a lab file.',
    'labFile.version': 'The lab file has version {{version}}; this virtlab knows {{supported}}.',
    'disk.badRead':
      'Disk {{disk}} could not read, so that its VM was paused. Resumed, it tries the request again.',
    'disk.badWrite':
      'Disk {{disk}} could not write, so that its VM was paused. Resumed, it tries the request again.',
    'disk.foreign': 'This is {{format}}. Disks can be raw images or qcow2; qemu-img convert makes one of it.',
    'disk.layerMissing':
      'A disk lies on the layer {{layer}}, which is not here. Import the image or layer that it is, then try again.',
    'disk.cannotKeep':
      'A disk that is kept cannot be added to {{host}} here: it runs in a thread of its own that shares no memory with this page. The first host can have it.',
    'vm.layerMissing':
      'The VM {{vm}} is not here: its disk lies on an image that this browser does not have (layer {{layer}}). Import that image, then choose “Begin anew”.',
    'disk.noRoomToKeep':
      'The browser has no more room for disk {{disk}}, so that its VM was paused. Make room (delete images or kept labs), then resume it: it tries again.',
    'disk.notKept':
      'The browser does not keep disk {{disk}} any more, so that its VM was paused. Resumed, it tries again.',
    'disk.tooBroken': 'A disk can have {{limit}} broken parts.',
    'disk.nothingKept': 'Nothing was committed to the disk “{{name}}” yet.',
    'disk.usedBy': 'The VM {{vm}} writes to the disk “{{name}}”, so that it stays.',
    'lab.isOpen': 'This lab is open, so that it stays.',
    'disk.notLayered': 'Disk {{disk}} has no layers: only disks with layered content have.',
    'layer.damaged': 'The layer of a disk is damaged.',
    'layer.inUse': 'Something lies on the layer “{{title}}”, so that it stays.',
    'layer.nothingNew': 'Nothing has been written to the disk since its last layer was sealed.',
    'layer.tooLarge': 'The layer is of a disk of {{bytes}} bytes; this disk has {{limit}}.',
    'layer.tooMany': 'A disk can have {{limit}} sealed layers.',
    'layer.unknown': 'The disk has not sealed a layer {{layer}}.',
    'layer.version': 'The layer has version {{version}}; this virtlab knows {{supported}}.',
    'disk.tooLarge': 'The disk has {{bytes}} bytes; at most {{limit}} are possible here.',
    'qcow2.backing': 'The qcow2 image lies above another file, “{{name}}”, which must be given with it.',
    'qcow2.cluster': 'The qcow2 image is damaged: what lies at byte {{at}} of the disk cannot be read.',
    'qcow2.corrupt': 'The qcow2 image is marked as damaged: it can be read, but not written.',
    'qcow2.dirty':
      'The qcow2 image was not closed, so that its reference counts may be wrong: it can be read, but not written.',
    'qcow2.encrypted': 'The qcow2 image is encrypted. virtlab reads none that are.',
    'qcow2.extendedL2':
      'The qcow2 image has extended L2 entries (subclusters). virtlab reads none that have.',
    'qcow2.extension':
      'The qcow2 image is damaged: its header extension {{type}} has {{bytes}} bytes, more than there is room for.',
    'qcow2.externalData': 'The qcow2 image has its data in another file. virtlab reads none that have.',
    'qcow2.feature': 'The qcow2 image needs a feature that virtlab does not know: bit {{bit}} ({{name}}).',
    'qcow2.field': 'The qcow2 image is damaged: its header field {{field}} cannot be {{value}}.',
    'qcow2.noSnapshot': 'The qcow2 image has no snapshot “{{name}}”.',
    'qcow2.refcount':
      'The qcow2 image is damaged: the cluster at byte {{at}} of the file is used and not counted.',
    'qcow2.short': 'The qcow2 image ends after {{bytes}} bytes, in its header.',
    'qcow2.snapshots': 'The qcow2 image is damaged: snapshot {{number}} of its table cannot be read.',
    'qcow2.table': 'The qcow2 image is damaged: no table can lie at byte {{at}} of the file.',
    'qcow2.tooLarge': 'The qcow2 image is larger than virtlab reads or writes ({{limit}}).',
    'qcow2.version': 'The qcow2 image has version {{version}}; virtlab knows 2 and 3.',
    'qcow2.zstd': 'The qcow2 image is compressed with zstd. virtlab reads deflate only.',
    'storage.changed': 'Another tab has saved in the meantime.',
    'storage.full': 'The browser has no more room to save in.',
    'storage.locked': 'Another tab is using what is saved here.',
    'storage.unavailable': 'The browser does not save anything here.',
    'lab.betweenQuanta':
      'The lab stands inside of a quantum, or a host has failed: let it run on a little first.',
    'lab.tooMuchRam':
      'The hosts of this lab want {{mebibytes}} MiB of memory; on this device they get at most {{limit}} MiB together. Open the lab on a computer, or have its hosts made smaller.',
    cancelled: 'Cancelled.',
    superseded: 'Another lab was opened in the meantime.',
    'no-lab': 'No lab is open.',
    'no-such-scenario': 'This page brings no lab called “{{name}}”.',
    'no-such-host': 'There is no host number {{host}}.',
    'no-such-question': 'No host knows the question “{{id}}”.',
    'no-such-command': 'No host knows the command “{{op}}”.',
    'scenario.twoAlarms': 'Two alarms have the same name.',
    'metric.none': 'No samples are kept of a metric called “{{metric}}”.',
    'no-such-vm': 'There is no VM called “{{vm}}”.',
    'no-such-vcpu': 'There is no vCPU {{vcpu}}.',
    'no-such-device': 'This VM has no device “{{device}}”.',
    'no-such-hart': 'There is no hart {{hart}}.',
    'no-such-space':
      'There is no address space “{{space}}” now: it is one that the guest names (kernel, pid:1) or a value of vsatp.',
    'wrong-state': '{{vm}} is {{state}}: it cannot do this now.',
    'too-many-watchpoints': '{{limit}} places can be watched at a time.',
    'too-many-breakpoints': 'There can be {{limit}} breakpoints on addresses at a time.',
    'step.noEnd':
      'The step did not end within {{seconds}} s of virtual time; the lab stands where it has come to.',
    'step.stillWaits':
      'vCPU {{vcpu}} of {{vm}} did nothing for {{seconds}} s of virtual time: it waits still, and the lab stands where it has come to.',
    'wait.timer': 'vCPU {{vcpu}} of {{vm}} waits for its timer: due at {{seconds}} s, in {{after}} s.',
    'wait.device':
      'vCPU {{vcpu}} of {{vm}} waits for an interrupt; a device is at work for it until {{seconds}} s, in {{after}} s.',
    'wait.page':
      'vCPU {{vcpu}} of {{vm}} waits for a page of its memory that is read from the swap area: there at {{seconds}} s, in {{after}} s.',
    'wait.interrupt':
      'vCPU {{vcpu}} of {{vm}} waits for an interrupt: of a device (typed keys, a packet), or from another vCPU if there is one. Its timer is not set, and when one comes is not known.',
    'wait.start': 'vCPU {{vcpu}} of {{vm}} is off: another vCPU of the VM has to start it (SBI HSM).',
    'wait.nothing':
      'vCPU {{vcpu}} of {{vm}} waits with its timer and the interrupts of devices switched off: nothing that is known will wake it.',
    'run.passed': 'The lab that was saved is at {{reached}} s already: {{seconds}} s has passed.',
    'back.noAction': 'This action is not part of what the lab has done any more.',
    'back.nothing': 'The lab has not been taken back: there is nothing to go forward to.',
    'back.notPassed': 'The lab has not come to {{seconds}} s yet: it is at {{reached}} s.',
    'no-such-symbol': 'Nothing in the image of this VM is called “{{name}}”.',
    'bad-address': '“{{value}}” is no address: up to 16 hexadecimal digits.',
    'image-missing':
      'The image “{{name}}” is not here. Add it in the dialog for a new VM, or choose another one.',
    'part-download': 'A part of the program that this needs could not be fetched. Try again.',
    'image-download': 'The image “{{name}}” could not be fetched ({{status}}).',
    'image-too-large': '“{{name}}” has {{bytes}} bytes; the limit is {{limit}}.',
    'files-full': 'There is no room for “{{name}}”: files of one’s own may have {{limit}} bytes together.',
    'engine-start': 'The engine could not be started: {{message}}',
    'worker-died': 'The engine stopped by itself and was started again; the lab begins anew. {{message}}',
    'worker-hung': 'The engine did not answer any more and was started again; the lab begins anew.',
    'link-too-long': 'The link would have {{bytes}} characters; {{limit}} is the limit.',
    internal: 'A mistake of ours: {{message}}',
    usage: 'Wrong arguments for {{command}}; virtlab --help shows them.',
    'vm.noImage': '“{{source}}” is no file and no guest of the lab ({{builtin}}).',
    'option.size': '--{{option}} takes a size from {{least}} to {{most}}, such as 64M, not “{{text}}”.',
    'option.duration': '--{{option}} takes a time such as 10s, 500ms or 1:30, not “{{text}}”.',
    'option.count': '--{{option}} takes a whole number from 1 to {{most}}, not “{{text}}”.',
    'option.choice': '--{{option}} is one of {{choices}}, not “{{text}}”.',
    'capture.damaged': 'This capture file is damaged at byte {{at}}.',
    'capture.exists': 'There is a capture called {{name}} already.',
    'capture.nothing': 'There is no capture called {{name}}.',
    'capture.noSwitch': 'There is no switch called {{switch}} on this host.',
    'capture.notOne': 'This is no capture file: pcapng and pcap can be read.',
    'capture.otherLink': 'This capture is not of Ethernet (link type {{found}}).',
    'capture.tooMany': 'That is more than {{limit}}.',
    'filter.badPattern':
      'After {{at}} characters: {{value}} is no pattern that {{name}} can be searched for.',
    'filter.badValue': 'After {{at}} characters: {{name}} cannot be {{value}}.',
    'filter.ends': 'After {{at}} characters the filter ends, and something is missing.',
    'filter.noField': 'After {{at}} characters: no field or protocol is called {{name}}.',
    'filter.openQuote': 'After {{at}} characters: this quotation mark is not closed.',
    'filter.tooDeep': 'After {{at}} characters: more than {{limit}} parentheses in each other.',
    'filter.tooLong': 'After {{at}} characters: the filter is too long (at most {{limit}}).',
    'filter.unexpected': 'After {{at}} characters: {{found}} does not belong here.',
    'filter.wanted': 'After {{at}} characters: {{wanted}} is missing.',
    'file.gone': 'This lab came from a file that the page has no more: open the file again.',
    'file.unreadable': '{{path}} cannot be read: {{reason}}',
    'file.unwritable': '{{path}} cannot be written: {{reason}}',
    'disk.fileInUse':
      '{{path}} is the disk of a VM of process {{process}}. If that is gone or something else, delete {{path}}.lock.',
    'signature.missing': '{{path}} has no signature: no memory between begin_signature and end_signature.',
    'ask.noTable': 'The answer to “{{question}}” is no series over time; without --csv it is shown as it is.',
    'ask.noQuestion': 'No host knows the question “{{question}}”; there are {{known}}.',
    'option.unknown': '“{{of}}” takes no --{{option}}; it takes: {{known}}.',
    'policy.longExpression': 'An expression of {{length}} characters: at most {{most}} are read.',
    'policy.badExpression': 'No expression: “{{text}}” cannot be read from character {{at}} on.',
    'policy.noTarget': 'Policies adjust no “{{target}}”; there are {{known}}.',
    'policy.noTerms': 'The policy {{policy}} has no term: an adjustment is metric × coefficient.',
    'policy.noMetric': 'The policy {{policy}} reads “{{metric}}”, which is not measured.',
    'policy.whichPart':
      'The policy {{policy}} reads “{{metric}}”, which is measured of parts: say of which, as in {{metric}}[0].',
    'policy.tooMany': 'A host has at most {{most}} policies.',
    'policy.nothingThere': '{{vm}} has nothing that “{{target}}” could adjust.',
    'program.unreadable': 'The program {{path}} cannot be loaded: {{message}}',
    'program.noFunction': 'The program {{path}} exports no function by default.',
    'do.noCommand': 'No host knows the command “{{command}}”; there are {{known}}.',
    'ask.noHost': 'The scenario has no host “{{host}}”; there are {{known}}.',
    'scenario.noSuchEnd': 'No host has the switch “{{found}}” (host/switch).',
    'vm.vcpusMost': '{{vm}} cannot have {{vcpus}} vCPUs: its device tree names {{limit}}.',
    'vm.vcpuInUse': 'The guest of {{vm}} uses vCPU {{vcpu}}, and nobody in it can be asked to let it go.',
    'cpu.noHart': '{{vm}} may run on physical CPU {{hart}}, and the host has {{harts}}, counted from 0.',
    'cpu.pinnedNowhere': 'The vCPUs of {{vm}} are pinned, but no physical CPUs are named for them.',
    'cpu.budget': 'The budget of {{vm}}, {{budgetNs}} ns, is longer than its period, {{periodNs}} ns.',
    'cpu.notAdmitted':
      'The budgets of the VMs together take {{used}} % of a physical CPU; {{limit}} % can be promised. Give shorter budgets or longer periods.',
    'network.noSwitch': 'The host has no switch “{{switch}}”.',
    'network.noPort': 'Nothing hangs at a port “{{port}}” of the switch “{{switch}}”.',
    'network.nameTaken': 'The host has something called “{{name}}” already.',
    'network.inUse': 'Something hangs at the switch “{{switch}}”: take it out first.',
    'network.noTrunk': 'The host has no trunk {{trunk}}.',
    'network.noAppliance': 'The host has no appliance “{{name}}”.',
    'network.tooMany': 'A host has at most {{limit}} of them.',
    'scenario.trunkToItself': 'A trunk joins two switches; both its ends are at “{{found}}”.',
    'scenario.linkInHost': 'A link joins switches of two hosts; “{{found}}” is on the same one.',
    'scenario.linkTooFast': 'A link takes at least a quantum, {{limit}} ns; {{found}} ns is less.',
    'policies.noSwap':
      'No host of the scenario takes pages back: none has a swap area, so no policy decides anything.',
    'run.noScenario': '“{{source}}” is no file, no link and no scenario of the lab ({{builtin}}).',
  },
};
