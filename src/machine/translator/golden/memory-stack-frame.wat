;; accesses around one register look up their page once; the other copy is for frames in two pages
;;
;;   addi sp, sp, -32
;;   sd ra, 24(sp)
;;   sd s0, 16(sp)
;;   addi s0, sp, 32
;;   ld a0, -24(s0)
;;   ecall

(local.set $ra (i64.load $X[1]))
(local.set $sp (i64.load $X[2]))
(local.set $s0 (i64.load $X[8]))
(local.set $a0 (i64.load $X[10]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
(i64.store $LAST_PAGES[2] (i64.const 4095))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 5)))
      (local.set $sp (i64.add (local.get $sp) (i64.const -32)))
      block $5
        block $6
          (local.set $accessed (i64.add (local.get $sp) (i64.const 8)))
          (br_if $6
            (i32.or
              (i64.ne
                (i64.load offset=8192
                  (local.tee $slot
                    (i32.add
                      (i32.and
                        (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                        (i32.const 8176))
                      (local.get $tlb))))
                (local.tee $tag
                  (i64.or
                    (i64.and (i64.add (local.get $accessed) (i64.const 23)) (i64.const -4096))
                    (local.get $dataContext))))
              (i64.ne (i64.load (local.get $slot)) (local.get $tag))))
          (local.set $host
            (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
          (i64.store offset=16 (local.get $host) (local.get $ra))
          (i64.store offset=8 (local.get $host) (local.get $s0))
          (local.set $s0 (i64.add (local.get $sp) (i64.const 32)))
          (local.set $a0 (i64.load (local.get $host)))
          (br $5)
        end
        (local.set $accessed (i64.add (local.get $sp) (i64.const 24)))
        (i64.ne (i64.and (local.get $accessed) (i64.const -4089)) (i64.load $LAST_PAGES[0]))
        if $7
          (i64.ne
            (i64.load offset=8192
              (local.tee $slot
                (i32.add
                  (i32.and
                    (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                    (i32.const 8176))
                  (local.get $tlb))))
            (i64.or
              (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
              (local.get $dataContext)))
          (local.set $code (i32.const 521))
          (br_if $3)
          (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
          (i32.store $LAST_PAGES[1] (i32.load offset=8200 (local.get $slot)))
        end
        (i64.store
          (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))
          (local.get $ra))
        (local.set $accessed (i64.add (local.get $sp) (i64.const 16)))
        (i64.ne (i64.and (local.get $accessed) (i64.const -4089)) (i64.load $LAST_PAGES[0]))
        if $8
          (i64.ne
            (i64.load offset=8192
              (local.tee $slot
                (i32.add
                  (i32.and
                    (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                    (i32.const 8176))
                  (local.get $tlb))))
            (i64.or
              (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
              (local.get $dataContext)))
          (local.set $code (i32.const 1031))
          (br_if $3)
          (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
          (i32.store $LAST_PAGES[1] (i32.load offset=8200 (local.get $slot)))
        end
        (i64.store
          (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))
          (local.get $s0))
        (local.set $s0 (i64.add (local.get $sp) (i64.const 32)))
        (local.set $accessed (i64.add (local.get $s0) (i64.const -24)))
        (i64.ne (i64.and (local.get $accessed) (i64.const -4089)) (i64.load $LAST_PAGES[2]))
        if $9
          (i64.ne
            (i64.load
              (local.tee $slot
                (i32.add
                  (i32.and
                    (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                    (i32.const 8176))
                  (local.get $tlb))))
            (i64.or
              (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
              (local.get $dataContext)))
          (local.set $code (i32.const 2051))
          (br_if $3)
          (i64.store $LAST_PAGES[2] (i64.and (local.get $accessed) (i64.const -4096)))
          (i32.store $LAST_PAGES[3] (i32.load offset=8 (local.get $slot)))
        end
        (local.set $a0
          (i64.load (i32.add (i32.load $LAST_PAGES[3]) (i32.wrap_i64 (local.get $accessed)))))
      end
      (local.set $code (i32.const 2561))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[2] (local.get $sp))
(i64.store $X[8] (local.get $s0))
(i64.store $X[10] (local.get $a0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
