;; registers that hold sign-extended words are compared as words
;;
;;   lw a0, 0(a2)
;;   lw a1, 4(a2)
;;   blt a0, a1, less
;;   ecall
;;   less: addi a3, a3, 1
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $a2 (i64.load $X[12]))
(local.set $a3 (i64.load $X[13]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      block $5
        (local.set $left (i32.sub (local.get $left) (i32.const 3)))
        block $6
          block $7
            (local.set $accessed (local.get $a2))
            (br_if $7
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
                  (local.get $dataContext))))
            (local.set $host
              (i32.add (i32.load offset=8 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
            (local.set $a0 (i64.load32_s (local.get $host)))
            (local.set $a1 (i64.load32_s offset=4 (local.get $host)))
            (i32.lt_s (i32.wrap_i64 (local.get $a0)) (i32.wrap_i64 (local.get $a1)))
            if $8
              (local.set $left (i32.add (local.get $left) (i32.const 0)))
              (br $5)
            end
            (br $6)
          end
          (local.set $accessed (local.get $a2))
          (i64.ne (i64.and (local.get $accessed) (i64.const -4093)) (i64.load $LAST_PAGES[0]))
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
                (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
                (local.get $dataContext)))
            (local.set $code (i32.const 7))
            (br_if $3)
            (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
            (i32.store $LAST_PAGES[1] (i32.load offset=8 (local.get $slot)))
          end
          (local.set $a0
            (i64.load32_s (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))))
          (local.set $accessed (i64.add (local.get $a2) (i64.const 4)))
          (i64.ne (i64.and (local.get $accessed) (i64.const -4093)) (i64.load $LAST_PAGES[0]))
          if $10
            (i64.ne
              (i64.load
                (local.tee $slot
                  (i32.add
                    (i32.and
                      (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                      (i32.const 8176))
                    (local.get $tlb))))
              (i64.or
                (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
                (local.get $dataContext)))
            (local.set $code (i32.const 517))
            (br_if $3)
            (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
            (i32.store $LAST_PAGES[1] (i32.load offset=8 (local.get $slot)))
          end
          (local.set $a1
            (i64.load32_s (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))))
          (i32.lt_s (i32.wrap_i64 (local.get $a0)) (i32.wrap_i64 (local.get $a1)))
          if $11
            (local.set $left (i32.add (local.get $left) (i32.const 0)))
            (br $5)
          end
        end
        (local.set $code (i32.const 1537))
        (br $3)
      end
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (local.set $a3 (i64.add (local.get $a3) (i64.const 1)))
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
(i64.store $X[10] (local.get $a0))
(i64.store $X[11] (local.get $a1))
(i64.store $X[13] (local.get $a3))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
